import type { NodeFacts } from '@easycerts/shared/cluster'
import type { Authority } from './authority.ts'
import { hasOtherNames } from './node-reports/affected-certificates.ts'
import type { CertificateDetails, NodeChangeRow, Reading } from './store/index.ts'

/** Why a node should replace a certificate at once, and since when. */
export interface Hurry {
  readonly since: string
  /** For people; a change of names speaks for itself. */
  readonly reason?: string
  readonly namesChanged: boolean
}

/** What the records say of a node that may make its certificates worthless before their time. */
export interface NodeHistory {
  readonly node: NodeFacts
  readonly change: NodeChangeRow | undefined
  /** When an operator last ended an identity of it: by a quarantine, a recovery, a replacement. */
  readonly endedAt: string | undefined
}

export const historyOf = async (reading: Reading, node: NodeFacts): Promise<NodeHistory> => ({
  node,
  change: await reading.findNodeChange(node.name),
  endedAt: await reading.findLastEndOfNode(node.name),
})

/**
 * The first that applies. Each looks only at certificates that are older than itself, so that no
 * difference of opinion makes a node renew in a loop.
 */
export const findHurry = async (
  authority: Authority,
  reading: Reading,
  { node, change, endedAt }: NodeHistory,
  row: CertificateDetails,
): Promise<Hurry | undefined> => {
  const revocation = await reading.findRevocation(row.issuerId, row.serialNumber)
  if (revocation)
    return { since: revocation.revokedAt, reason: 'it is revoked', namesChanged: false }
  // Whoever has copied the identity has copied the keys beside it; an identity has its own renewal.
  if (endedAt !== undefined && row.intendedAt <= endedAt && row.profile !== 'node-identity')
    return { since: endedAt, reason: 'the identity of its node was replaced', namesChanged: false }
  const changedAt = change?.changedAt ?? undefined
  if (changedAt !== undefined && row.intendedAt <= changedAt && hasOtherNames(authority, node, row))
    return { since: changedAt, namesChanged: true }
  return undefined
}
