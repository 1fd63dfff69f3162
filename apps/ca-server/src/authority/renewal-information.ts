import type { NodeFacts } from '@easycerts/shared/cluster'
import {
  type CertificateId,
  parseCertificateId,
  type RenewalOrder,
  type RenewalSuggestion,
  type RenewalWindow,
  suggestRenewal,
} from '@easycerts/shared/renewal'
import type { Authority } from './authority.ts'
import { findHurry, historyOf, type Hurry } from './hurried-renewal.ts'
import { renewalOrderOf } from './renewal-orders.ts'
import type { CertificateDetails, Reading } from './store/index.ts'

/** A window, and why it is an early one. */
export interface NodeSuggestion extends RenewalWindow {
  readonly reason?: string | undefined
}

/**
 * What the CA suggests for those of the certificates that are the node's own, by their ids; whatever
 * else was asked for is left out.
 */
export const suggestRenewals = (
  authority: Authority,
  node: NodeFacts,
  ids: readonly string[],
): Promise<Map<string, NodeSuggestion>> =>
  authority.store.read(async (reading) => {
    const now = authority.clock().toISOString()
    const orders = (await reading.listRenewalOrdersInForce(now)).map(renewalOrderOf)
    const history = await historyOf(reading, node)
    const suggestions = new Map<string, NodeSuggestion>()
    for (const text of ids) {
      const id = parseCertificateId(text)
      const row = id && (await findOwn(authority, reading, node.name, id))
      if (!row) continue
      const hurry = await findHurry(authority, reading, history, row)
      suggestions.set(text, hurry ? windowOfHurry(hurry) : windowInTime(row, orders))
    }
    return suggestions
  })

const windowOfHurry = ({ since, ...why }: Hurry): NodeSuggestion => ({
  start: new Date(since),
  end: new Date(since),
  ...why,
})

const windowInTime = (row: CertificateDetails, orders: readonly RenewalOrder[]): NodeSuggestion => {
  const { start, end, order } = suggestionFor(row, orders)
  return { start, end, reason: order?.reason, namesChanged: false }
}

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
