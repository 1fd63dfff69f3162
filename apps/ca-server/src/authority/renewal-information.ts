import {
  type CertificateId,
  parseCertificateId,
  type RenewalOrder,
  type RenewalSuggestion,
  suggestRenewal,
} from '@easycerts/shared/renewal'
import type { Authority } from './authority.ts'
import { renewalOrderOf } from './renewal-orders.ts'
import type { CertificateDetails, Reading } from './store/index.ts'

/**
 * What the CA suggests for those of the certificates that are the node's own, by their ids; whatever
 * else was asked for is left out.
 */
export const suggestRenewals = (
  authority: Authority,
  node: string,
  ids: readonly string[],
): Promise<Map<string, RenewalSuggestion>> =>
  authority.store.read(async (reading) => {
    const now = authority.clock().toISOString()
    const orders = (await reading.listRenewalOrdersInForce(now)).map(renewalOrderOf)
    const suggestions = new Map<string, RenewalSuggestion>()
    for (const text of ids) {
      const id = parseCertificateId(text)
      const row = id && (await findOwn(authority, reading, node, id))
      if (row) suggestions.set(text, suggestionFor(row, orders))
    }
    return suggestions
  })

/** Several issuers may have one key, as in an imported cluster with a single CA. */
const findOwn = async (
  { issuers }: Authority,
  reading: Pick<Reading, 'findCertificate'>,
  node: string,
  { issuerKeyIdentifier, serialNumber }: CertificateId,
): Promise<CertificateDetails | undefined> => {
  for (const { id, keyIdentifier } of Object.values(issuers)) {
    if (!keyIdentifier.equals(issuerKeyIdentifier)) continue
    const row = await reading.findCertificate(id, serialNumber)
    if (row?.node === node && row.state === 'issued') return row
  }
  return undefined
}

/** The order that reaches the certificate first, or its own window. */
export const suggestionFor = (
  row: CertificateDetails,
  orders: readonly RenewalOrder[],
): RenewalSuggestion =>
  suggestRenewal(
    {
      node: row.node,
      profile: row.profile,
      issuerId: row.issuerId,
      serialNumber: row.serialNumber,
      issuedAt: new Date(row.intendedAt),
      validity: { notBefore: new Date(row.notBefore), notAfter: new Date(row.notAfter) },
    },
    orders,
  )
