import type { NodeFacts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { isNamePattern } from '@easycerts/shared/ticket'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import type { TicketRow, TicketState, Writing } from './store/index.ts'

/** ERR_TICKET_UNKNOWN; revoking twice is no fault. */
export const revokeTicket = async (
  authority: Authority,
  operator: string,
  id: string,
): Promise<TicketRow> =>
  authority.store.transact(async (writing) => {
    const ticket = await writing.findTicket(id)
    if (!ticket) throw unknownTicket(id)
    if (ticket.revokedAt !== null) return ticket
    return endTicket(authority, writing, `operator ${operator}`, ticket)
  })

export const unknownTicket = (id: string) =>
  new EasycertsError('ERR_TICKET_UNKNOWN', `there is no ticket ${id.slice(0, 20)}`)

/** All that still let somebody join, or those of one node; their ids. */
export const revokeOpenTickets = (
  authority: Authority,
  operator: string,
  node: string | undefined,
): Promise<readonly string[]> =>
  authority.store.transact((writing) =>
    endOpenTickets(authority, writing, `operator ${operator}`, node),
  )

/** Ends every ticket by which a node could join still; their ids. */
export const endTicketsOfNode = (
  authority: Authority,
  writing: Writing,
  actor: string,
  node: string,
): Promise<readonly string[]> => endOpenTickets(authority, writing, actor, node)

const endOpenTickets = async (
  authority: Authority,
  writing: Writing,
  actor: string,
  node: string | undefined,
): Promise<readonly string[]> => {
  const open = await writing.listOpenTickets(authority.clock().toISOString())
  const chosen = open.filter((ticket) => node === undefined || ticket.node === node)
  for (const ticket of chosen) await endTicket(authority, writing, actor, ticket)
  return chosen.map(({ id }) => id)
}

const endTicket = async (
  authority: Authority,
  writing: Writing,
  actor: string,
  ticket: TicketRow,
): Promise<TicketRow> => {
  const { id, node } = ticket
  const at = authority.clock().toISOString()
  await writing.revokeTicket(id, at)
  await writing.appendLog(actorAt(authority, 'ticket-revoked', actor, { ticket: id, node }))
  return { ...ticket, revokedAt: at }
}

/** One ticket for many nodes, whose names its pattern matches. */
export const isForFleet = ({ node }: Pick<TicketRow, 'node'>): boolean => isNamePattern(node)

export const stateOfTicket = (ticket: TicketRow, now: Date): TicketState => {
  if (ticket.revokedAt !== null) return 'revoked'
  if (ticket.spentAt !== null) return 'spent'
  if (ticket.usesTaken >= ticket.uses) return 'bound'
  return new Date(ticket.expiresAt) <= now ? 'expired' : 'open'
}

/** What a ticket says of the node that uses it; the name is the node's own where it has a pattern. */
export const nodeFactsOfTicket = (
  { role, hosts, clusterAdmin }: TicketRow,
  name: string,
): NodeFacts => ({ name, role, hosts, clusterAdmin })
