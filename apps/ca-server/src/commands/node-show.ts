import type { RouteReply } from '@easycerts/shared/api'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeInstant } from './describe-instant.ts'
import { rowsOfStanding } from './node-standing.ts'
import { openOperatorClient } from './open-operator-client.ts'

type Node = RouteReply<'nodeShow'>

/** `ca-server node show`: all that is known of one node. */
export const runNodeShow = async (
  context: CommandContext,
  options: GlobalOptions,
  name: string,
): Promise<void> => {
  const node = await openOperatorClient(context, options).call('nodeShow', { params: { name } })
  await context.terminal.result(node, () => textOf(context, node))
}

const textOf = async (context: CommandContext, node: Node): Promise<string> => {
  const facts: readonly (readonly [string, string])[] = [
    ['Node', `${node.name}, a ${node.role}${node.clusterAdmin ? ' with cluster-admin' : ''}`],
    ['State', stateText(context, node)],
    ...(node.stateReason === null ? [] : ([['Because', node.stateReason]] as const)),
    ['Names', node.hosts.join(' ') || 'none beside its own'],
    ['Last seen', describeInstant(context, node.lastSeenAt)],
    ['Identity ends', describeInstant(context, node.identityNotAfter)],
    ...rowsOfStanding(context, node),
  ]
  const width = Math.max(...facts.map(([label]) => label.length))
  return [
    ...facts.map(([label, text]) => `${label.padEnd(width)}  ${text}`),
    ...(await tablesOf(context, node)),
  ].join('\n')
}

export const stateText = (
  context: CommandContext,
  { state, stateSince }: Pick<Node, 'state' | 'stateSince'>,
): string =>
  stateSince === null
    ? state
    : `${state}, since ${stateSince} (${describeInstant(context, stateSince)})`

type Rows = readonly (readonly string[])[]

const tablesOf = async (context: CommandContext, node: Node): Promise<string[]> => {
  const when = (instant: string | null): string => describeInstant(context, instant)
  const tables: readonly (readonly [readonly string[], Rows])[] = [
    [
      ['IDENTITY', 'STATE', 'BY', 'CHANGED', 'ENDS'],
      node.identities.map(({ fingerprint, state, ticketId, changedAt, revokedAt, notAfter }) => [
        fingerprint.slice(0, 16),
        revokedAt === null ? state : `${state}, revoked`,
        ticketId === null ? 'renewal' : `ticket ${ticketId}`,
        when(changedAt),
        when(notAfter),
      ]),
    ],
    [
      ['CERTIFICATE', 'ISSUER', 'PROFILE', 'STATE', 'ENDS'],
      node.certificates.map(({ serialNumber, issuer, profile, state, notAfter }) => [
        serialNumber,
        issuer,
        profile,
        state,
        when(notAfter),
      ]),
    ],
    [
      ['TICKET', 'STATE', 'EXPIRES'],
      node.tickets.map(({ id, state, expiresAt }) => [id, state, when(expiresAt)]),
    ],
    [
      ['EVENT', 'WHAT', 'WHO', 'FROM'],
      node.events.map(({ at, kind, actor, origin }) => [
        at,
        kind,
        actor,
        origin?.address ?? origin?.via ?? '-',
      ]),
    ],
  ]
  const shown = tables.filter(([, rows]) => rows.length > 0)
  return Promise.all(
    shown.map(async ([head, rows]) => `\n${(await context.terminal.table(head, rows)).trimEnd()}`),
  )
}
