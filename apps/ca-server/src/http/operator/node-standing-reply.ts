import type { RouteReply } from '@easycerts/shared/api'
import type { Host } from '@easycerts/shared/cluster'
import type { NodeStanding, PendingChange } from '../../authority/index.ts'

type Change = RouteReply<'nodeReject'>['rejected']

export const valuesOf = (hosts: readonly Host[]): string[] => hosts.map(({ value }) => value)

export const changeReplyOf = (
  { id, added, gone, refused, why }: PendingChange,
  since: string,
): Change => ({
  id,
  added: valuesOf(added),
  gone: valuesOf(gone),
  refused: [...refused],
  why,
  since,
})

/** Fields `report` and `change` of a reply about one node. */
export const standingReplyOf = ({ report, change }: NodeStanding) => ({
  report: report ? { receivedAt: report.receivedAt, ...report.report } : null,
  change:
    change?.pending && change.pendingSince !== null
      ? changeReplyOf(change.pending, change.pendingSince)
      : null,
})
