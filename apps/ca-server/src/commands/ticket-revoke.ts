import type { RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { openOperatorClient } from './open-operator-client.ts'

export interface TicketRevokeOptions extends GlobalOptions {
  readonly all?: boolean
  readonly node?: string
}

/** `ca-server ticket revoke`: by ids, or those of one node, or all that still let somebody join. */
export const runTicketRevoke = async (
  context: CommandContext,
  options: TicketRevokeOptions,
  ids: readonly string[],
): Promise<void> => {
  const { all = false, node } = options
  if ([ids.length > 0, all, node !== undefined].filter(Boolean).length !== 1)
    throw new EasycertsError('ERR_USAGE', 'say which tickets: their ids, or --node, or --all')
  const client = openOperatorClient(context, options)
  if (ids.length === 0) {
    const body = node === undefined ? { all: true as const } : { node }
    const { tickets } = await client.call('ticketRevokeOpen', { body })
    const text = tickets.length === 1 ? '1 ticket is' : `${tickets.length} tickets are`
    return context.terminal.result({ tickets }, () => `${text} worthless now.`)
  }
  const revoked: RouteReply<'ticketRevoke'>[] = []
  for (const id of ids)
    revoked.push(await client.call('ticketRevoke', { params: { id }, body: {} }))
  const [only] = revoked
  await context.terminal.result(revoked.length === 1 ? only : revoked, () =>
    revoked.map((ticket) => `Ticket ${ticket.id} for ${ticket.node} is worthless now.`).join('\n'),
  )
}
