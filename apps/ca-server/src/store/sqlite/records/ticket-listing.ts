import type { TicketFilter, TicketReading, TicketRow } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { asTicket, TICKET_COLUMNS } from './ticket-columns.ts'

const TAKEN = `(bound_key IS NOT NULL OR uses <= (SELECT count(*) FROM ticket_uses WHERE ticket_id = id))`

/** As `stateOfTicket` has it. */
const STATE = `CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN spent_at IS NOT NULL THEN 'spent'
  WHEN ${TAKEN} THEN 'bound' WHEN expires_at <= @now THEN 'expired' ELSE 'open' END`

const CONDITIONS: Readonly<Record<keyof TicketFilter, string>> = {
  state: `@state = ${STATE}`,
  node: `(node = @node OR EXISTS (SELECT 1 FROM ticket_uses u WHERE u.ticket_id = id AND u.node = @node))`,
  role: 'role = @role',
}

// Behind every instant, in the order of text.
const NEWEST = { createdAt: '~', id: '' }

export const ticketListing = (connection: Connection): Pick<TicketReading, 'listTickets'> => ({
  listTickets: ({ filter, now, limit, after = NEWEST }) => {
    const given = Object.entries(filter).filter(([, value]) => value !== undefined)
    const wanted = given.map(([name]) => ` AND ${CONDITIONS[name as keyof TicketFilter]}`).join('')
    const rows = connection
      .prepare(
        `SELECT ${TICKET_COLUMNS} FROM tickets WHERE (created_at, id) < (@afterAt, @afterId)${wanted}
         ORDER BY created_at DESC, id DESC LIMIT @limit`,
      )
      .all({
        ...Object.fromEntries(given),
        now,
        afterAt: after.createdAt,
        afterId: after.id,
        limit,
      })
    return Promise.resolve(rows.map((raw) => asTicket(raw) as TicketRow))
  },
})
