import { type Host, type NodeFacts, parseHost } from '@easycerts/shared/cluster'
import { sha256 } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import {
  applyHostChange,
  type ChangeDecision,
  changeOfHosts,
  decideChange,
  type HostChange,
  type Machine,
  MAX_NODE_HOSTS,
  settle,
} from '@easycerts/shared/node-report'
import type { Authority } from '../authority.ts'
import type { NodeChangeRow, PendingChange, Reading, RefusedHost } from '../store/index.ts'
import { judgeHosts } from './judge-hosts.ts'

/** What a report means for the record of its node. */
export type ReportVerdict =
  /** No change is asked for: what the machine bears is settled. */
  | { readonly kind: 'settled'; readonly settled: readonly string[] | null }
  /** All that is asked for is what the node may not have. */
  | { readonly kind: 'refused'; readonly refused: readonly RefusedHost[] }
  | {
      readonly kind: 'change'
      readonly pending: PendingChange
      readonly after: readonly Host[]
      readonly decision: ChangeDecision
    }

/**
 * The machine's hosts as ours. ERR_NAME_INVALID for what has another spelling than the one we know:
 * an honest node sends none.
 */
export const hostsOfMachine = ({ name, addresses }: Machine, node: string): Host[] => {
  const hosts = addresses.map(parseHost)
  if (hosts.some(({ kind, value }, index) => kind !== 'ip' || value !== addresses[index]))
    throw new EasycertsError('ERR_NAME_INVALID', 'a report names an address in no canonical form')
  const named = name === null || name === node ? [] : [parseHost(name)]
  return [...hosts, ...named.filter(({ kind }) => kind === 'dns')]
}

export const judgeReport = async (
  authority: Authority,
  reading: Reading,
  node: NodeFacts,
  machine: Machine,
): Promise<ReportVerdict> => {
  const known = await reading.findNodeChange(node.name)
  const reported = hostsOfMachine(machine, node.name)
  // A machine without an address has none yet, or cannot tell.
  if (machine.addresses.length === 0) return { kind: 'settled', settled: known?.settled ?? null }
  const situation = { recorded: node.hosts, settled: known?.settled ?? undefined, reported }
  const { added: wished, gone } = changeOfHosts(situation)
  if (wished.length + gone.length === 0) return { kind: 'settled', settled: settle(situation) }
  const { added, refused } = await sift(authority, reading, node, wished)
  if (added.length + gone.length === 0) return { kind: 'refused', refused }
  return verdictOf(authority, known, node, { change: { added, gone }, refused, reported })
}

const verdictOf = (
  authority: Authority,
  known: NodeChangeRow | undefined,
  node: NodeFacts,
  {
    change,
    refused,
    reported,
  }: {
    readonly change: HostChange
    readonly refused: readonly RefusedHost[]
    readonly reported: readonly Host[]
  },
): ReportVerdict => {
  const after = applyHostChange(node.hosts, change)
  if (after.length > MAX_NODE_HOSTS)
    return {
      kind: 'refused',
      refused: [{ host: change.added[0]?.value ?? '', rule: 'host-count' }],
    }
  const lastAllowedAt = known?.allowedAt ? new Date(known.allowedAt) : undefined
  const decision = decideChange(
    {
      role: node.role,
      change,
      after,
      refused: refused.length,
      lastAllowedAt,
      now: authority.clock(),
    },
    authority.policy.current().nodeChanges,
  )
  const pending = {
    id: idOf(node.name, change),
    ...change,
    refused,
    why: decision.kind === 'ask' ? decision.why : '',
    reported,
  }
  return { kind: 'change', pending, after, decision }
}

/** A handful says enough of what was refused. */
const MAX_REFUSED = 8

const sift = async (
  authority: Authority,
  reading: Reading,
  node: NodeFacts,
  wished: readonly Host[],
): Promise<{ added: Host[]; refused: RefusedHost[] }> => {
  const judged = await judgeHosts(authority, reading, node, wished)
  return {
    added: judged.filter(({ objection }) => !objection).map(({ host }) => host),
    refused: judged
      .flatMap(({ host: { value }, objection }) =>
        objection ? [{ host: value, rule: objection.rule ?? objection.code }] : [],
      )
      .slice(0, MAX_REFUSED),
  }
}

const ID_LENGTH = 12

const idOf = (node: string, { added, gone }: HostChange): string =>
  sha256(JSON.stringify([node, added, gone]))
    .toString('hex')
    .slice(0, ID_LENGTH)
