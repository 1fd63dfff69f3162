import type { TicketReading, TicketRow, TicketWriting } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany, prepareOne } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'
import { asTicket, TICKET_COLUMNS } from './ticket-columns.ts'
import { ticketListing } from './ticket-listing.ts'
import { ticketUseReading, ticketUseWriting } from './ticket-use-records.ts'

export const ticketReading = (connection: Connection): TicketReading => ({
  ...ticketListing(connection),
  ...ticketUseReading(connection),
  findTicket: prepareOne<TicketRow>(
    connection,
    `SELECT ${TICKET_COLUMNS} FROM tickets WHERE id = ?`,
    asTicket,
  ),
  listOpenTickets: prepareMany<TicketRow>(
    connection,
    `SELECT ${TICKET_COLUMNS} FROM tickets WHERE revoked_at IS NULL AND spent_at IS NULL AND expires_at > ?`,
    asTicket,
  ),
})

const prepareAddTicket = (connection: Connection): TicketWriting['addTicket'] => {
  const add = prepareAdd(
    connection,
    `INSERT INTO tickets (id, public_key, node, role, hosts, cluster_admin, replace_node, created_at,
       expires_at, uses, required_key, required_request)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return (ticket) =>
    add(
      ticket.id,
      ticket.publicKey,
      ticket.node,
      ticket.role,
      JSON.stringify(ticket.hosts),
      Number(ticket.clusterAdmin),
      Number(ticket.replace),
      ticket.createdAt,
      ticket.expiresAt,
      ticket.uses,
      ticket.requiredKey,
      ticket.requiredRequest,
    )
}

export const ticketWriting = (connection: Connection): TicketWriting => {
  const bind = prepareChange(
    connection,
    'UPDATE tickets SET bound_key = ? WHERE id = ? AND bound_key IS NULL AND revoked_at IS NULL',
  )
  const spend = prepareChange(
    connection,
    'UPDATE tickets SET spent_at = ? WHERE id = ? AND bound_key IS NOT NULL AND spent_at IS NULL',
  )
  const revoke = prepareChange(
    connection,
    'UPDATE tickets SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  )
  return {
    addTicket: prepareAddTicket(connection),
    bindTicket: (id, key) => bind(key, id),
    spendTicket: (id, at) => spend(at, id),
    revokeTicket: (id, at) => revoke(at, id),
    ...ticketUseWriting(connection),
  }
}
