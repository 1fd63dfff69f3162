import type { RouteReply } from '@easycerts/shared/api'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { describeInstant } from './describe-instant.ts'
import { openOperatorClient } from './open-operator-client.ts'

type Ticket = RouteReply<'ticketShow'>

/** `ca-server ticket show` */
export const runTicketShow = async (
  context: CommandContext,
  options: GlobalOptions,
  id: string,
): Promise<void> => {
  const ticket = await openOperatorClient(context, options).call('ticketShow', { params: { id } })
  await context.terminal.result(ticket, () => renderTicket(context, ticket))
}

const renderTicket = async (context: CommandContext, ticket: Ticket): Promise<string> => {
  const facts: readonly (readonly [string, string])[] = [
    ['ticket', ticket.id],
    ['for', `${ticket.role} ${ticket.node}${ticket.clusterAdmin ? ', with cluster-admin' : ''}`],
    ['state', ticket.state],
    ['uses', `${ticket.usesTaken} of ${ticket.uses}`],
    ['names and addresses', ticket.hosts.join(' ') || '-'],
    ['bound in advance to', boundTo(ticket)],
    ['made', describeInstant(context, ticket.createdAt)],
    ['expires', describeInstant(context, ticket.expiresAt)],
  ]
  const width = Math.max(...facts.map(([name]) => name.length))
  const lines = facts.map(([name, text]) => `${name.padEnd(width)}  ${text}`)
  if (ticket.nodes.length === 0) return lines.join('\n')
  const rows = ticket.nodes.map(({ node, keyPin, boundAt, confirmedAt }) => [
    node,
    keyPin.slice(0, 16),
    describeInstant(context, boundAt),
    describeInstant(context, confirmedAt),
  ])
  const head = ['NODE', 'KEY', 'BOUND', 'CONFIRMED']
  return [...lines, '', await context.terminal.table(head, rows)].join('\n')
}

const boundTo = ({ requiredKey, requiredRequest }: Ticket): string =>
  [
    requiredKey === null ? undefined : `key ${requiredKey}`,
    requiredRequest === null ? undefined : `request ${requiredRequest}`,
  ]
    .filter((text) => text !== undefined)
    .join(', ') || '-'
