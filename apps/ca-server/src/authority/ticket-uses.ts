import type { PublicKeyPin } from '@easycerts/shared/key'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import { judgeTicketUse, type TicketUseWish } from './judge-ticket-use.ts'
import type { Writing } from './store/index.ts'
import { isForFleet, nodeFactsOfTicket, unknownTicket } from './tickets.ts'

/**
 * Binds a use of the ticket to the node and the key, once: whoever is first has it, and the same key
 * has it again. Judged by the row of this transaction, so that no two of a race both pass.
 */
export const claimTicket = async (
  authority: Authority,
  writing: Writing,
  use: TicketUseWish & { readonly key: PublicKeyPin },
): Promise<void> => {
  const { node, key } = use
  const ticket = await writing.findTicket(use.ticket.id)
  if (!ticket) throw unknownTicket(use.ticket.id)
  if ((await judgeTicketUse(authority, writing, { ...use, ticket })) === 'again') return
  const boundAt = authority.clock().toISOString()
  if (isForFleet(ticket))
    await writing.addTicketUse({ ticketId: ticket.id, node, keyPin: key, boundAt })
  else await writing.bindTicket(ticket.id, key)
  await writing.appendLog(actorAt(authority, 'ticket-bound', `ticket ${ticket.id}`, { node, key }))
  const known = await writing.findNode(node)
  if (!known || known.state === 'removed')
    await writing.putNode({ ...nodeFactsOfTicket(ticket, node), state: 'joining' })
}

/** The identity that this key got by the ticket was confirmed: the use is over. */
export const spendTicketUse = async (
  writing: Writing,
  ticketId: string,
  key: PublicKeyPin,
  at: string,
): Promise<void> => {
  const ticket = await writing.findTicket(ticketId)
  if (!ticket) throw unknownTicket(ticketId)
  if (isForFleet(ticket)) await writing.confirmTicketUse(ticketId, key, at)
  else await writing.spendTicket(ticketId, at)
}
