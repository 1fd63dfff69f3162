import type { Authority } from './authority.ts'
import type { TicketRow, TicketUse } from './store/index.ts'
import { isForFleet, unknownTicket } from './tickets.ts'

export interface DescribedTicket {
  readonly ticket: TicketRow
  /** Who joined by it; when the only use of a ticket for one node began is in the log alone. */
  readonly nodes: readonly (Omit<TicketUse, 'boundAt' | 'ticketId'> & {
    readonly boundAt: string | null
  })[]
}

/** ERR_TICKET_UNKNOWN. */
export const describeTicket = ({ store }: Authority, id: string): Promise<DescribedTicket> =>
  store.read(async (reading) => {
    const ticket = await reading.findTicket(id)
    if (!ticket) throw unknownTicket(id)
    if (isForFleet(ticket)) return { ticket, nodes: await reading.listTicketUses(id) }
    const { node, boundKey: keyPin, spentAt: confirmedAt } = ticket
    return { ticket, nodes: keyPin === null ? [] : [{ node, keyPin, boundAt: null, confirmedAt }] }
  })
