import type { Host, NodeFacts } from '@easycerts/shared/cluster'
import { settle } from '@easycerts/shared/node-report'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import type { PendingChange, Writing } from '../store/index.ts'
import { hostsOfMachine } from './judge-report.ts'

export interface HostsWish {
  readonly node: NodeFacts
  /** For the log. */
  readonly actor: string
  readonly after: readonly Host[]
  /** What the node asked for, if it did. */
  readonly pending: PendingChange | undefined
  readonly isByPolicy: boolean
}

/**
 * Gives a node other hosts and ends what it asked for. Its certificates that say otherwise are due
 * from now on; see `suggestRenewals`.
 */
export const changeHosts = async (
  authority: Authority,
  writing: Writing,
  { node, actor, after, pending, isByPolicy }: HostsWish,
): Promise<void> => {
  const known = await writing.findNodeChange(node.name)
  const at = authority.clock().toISOString()
  const reported = pending?.reported ?? (await lastReported(writing, node.name))
  await writing.setNodeHosts(node.name, after)
  await writing.putNodeChange({
    node: node.name,
    settled: settle({ settled: known?.settled ?? undefined, reported }, pending?.gone),
    changedAt: at,
    allowedAt: isByPolicy ? at : (known?.allowedAt ?? null),
    pending: null,
    pendingSince: null,
  })
  const valuesOf = (hosts: readonly Host[]): string[] => hosts.map(({ value }) => value)
  await writing.appendLog(
    actorAt(authority, 'node-hosts-changed', actor, {
      node: node.name,
      before: valuesOf(node.hosts),
      after: valuesOf(after),
      by: isByPolicy ? 'policy' : 'operator',
    }),
  )
}

const lastReported = async (writing: Writing, node: string): Promise<Host[]> => {
  const last = await writing.findNodeReport(node)
  return last ? hostsOfMachine(last.report.machine, node) : []
}
