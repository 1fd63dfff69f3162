import type { RouteReply } from '@easycerts/shared/api'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeInstant } from './describe-instant.ts'
import { openOperatorClient } from './open-operator-client.ts'

export interface LegacyChangeOptions extends GlobalOptions {
  readonly reason: string
}

type Status = RouteReply<'legacyStatus'>

/** `ca-server legacy status` */
export const runLegacyStatus = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<void> => {
  const status = await openOperatorClient(context, options).call('legacyStatus', {})
  await context.terminal.result(status, () => tellStatus(context, status))
}

/** `ca-server legacy close` and `open` */
export const runLegacyChange = async (
  context: CommandContext,
  options: LegacyChangeOptions,
  route: 'legacyClose' | 'legacyOpen',
): Promise<void> => {
  const body = { reason: options.reason }
  const reply = await openOperatorClient(context, options).call(route, { body })
  await context.terminal.result(reply, () => tellDoor(context, reply.door))
}

const tellDoor = (
  context: CommandContext,
  { state, address, port, closed }: Status['door'],
): string => {
  if (state === 'off')
    return 'The door of cfssl’s API is off: "legacy" in ca-server.yaml gives it no port.'
  if (state === 'open')
    return `The door of cfssl’s API is open on ${address ?? 'all addresses'}, port ${port}.`
  return closed === null
    ? `The door of cfssl’s API is shut, port ${port}.`
    : `The door of cfssl’s API is shut since ${describeInstant(context, closed.at)}, by ${closed.by}: ${closed.reason}`
}

const tellStatus = async (context: CommandContext, status: Status): Promise<string> => {
  const { door, switches, keys, uses, joined } = status
  const { terminal } = context
  const rows = keys.flatMap(({ name, rows: each }) =>
    each.map((row) => [
      name,
      row.subjects.join(', '),
      row.networks.join(', '),
      row.until === null ? '-' : `${row.until.slice(0, 10)}${row.hasEnded ? ', ended' : ''}`,
    ]),
  )
  const used = uses.map(({ key, address, commonName, lastAt, count, hasJoined }) => [
    key,
    address,
    commonName,
    describeInstant(context, lastAt),
    String(count),
    hasJoined ? 'yes' : 'no',
  ])
  return [
    tellDoor(context, door),
    ...(switches.length === 0 ? [] : [`Open switches: ${switches.join(', ')}`]),
    ...(rows.length === 0
      ? []
      : ['', await terminal.table(['KEY', 'SUBJECTS', 'FROM', 'UNTIL'], rows)]),
    '',
    uses.length === 0
      ? 'Nobody has used an old key here.'
      : await terminal.table(['KEY', 'ADDRESS', 'FOR', 'LAST', 'TIMES', 'JOINED'], used),
    '',
    joined.length === 0 ? 'No node has joined yet.' : `Joined: ${joined.join(', ')}`,
  ].join('\n')
}
