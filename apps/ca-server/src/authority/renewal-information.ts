import type { NodeFacts } from '@easycerts/shared/cluster'
import {
  type CertificateId,
  parseCertificateId,
  type RenewalOrder,
  type RenewalSuggestion,
  suggestRenewal,
} from '@easycerts/shared/renewal'
import type { Authority } from './authority.ts'
import { hasOtherNames } from './node-reports/affected-certificates.ts'
import { renewalOrderOf } from './renewal-orders.ts'
import type { CertificateDetails, NodeChangeRow, Reading } from './store/index.ts'

/** A suggestion, and whether it is made because the certificate says other names than it would now. */
export interface NodeSuggestion extends RenewalSuggestion {
  readonly namesChanged: boolean
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
    const change = await reading.findNodeChange(node.name)
    const suggestions = new Map<string, NodeSuggestion>()
    for (const text of ids) {
      const id = parseCertificateId(text)
      const row = id && (await findOwn(authority, reading, node.name, id))
      if (!row) continue
      const changedAt = hasToFollow(authority, node, change, row)
      const suggestion = suggestionFor(row, orders)
      suggestions.set(
        text,
        changedAt
          ? { start: changedAt, end: changedAt, namesChanged: true }
          : { ...suggestion, namesChanged: false },
      )
    }
    return suggestions
  })

/**
 * When the node's hosts changed, if the certificate is older and says otherwise. One that came after
 * is never asked for again, so no difference of opinion on names makes a node renew in a loop.
 */
const hasToFollow = (
  authority: Authority,
  node: NodeFacts,
  change: NodeChangeRow | undefined,
  row: CertificateDetails,
): Date | undefined =>
  change &&
  change.changedAt !== null &&
  row.intendedAt <= change.changedAt &&
  hasOtherNames(authority, node, row)
    ? new Date(change.changedAt)
    : undefined

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
