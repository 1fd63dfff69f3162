import type { TicketReading, TicketRow, TicketWriting } from '../../../authority/index.ts'
import type { Connection } from '../open-database.ts'
import { prepareMany, prepareOne, shaped } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

const COLUMNS = `id, public_key AS publicKey, node, role, hosts, cluster_admin AS clusterAdmin,
  replace_node AS "replace", created_at AS createdAt, expires_at AS expiresAt,
  revoked_at AS revokedAt, bound_key AS boundKey, spent_at AS spentAt`
const asTicket = shaped(['hosts'], ['clusterAdmin', 'replace'])

// Behind every instant, in the order of text.
const NEWEST = { createdAt: '~', id: '' }

const ticketListing = (connection: Connection): Pick<TicketReading, 'listTickets'> => {
  const list = prepareMany<TicketRow>(
    connection,
    `SELECT ${COLUMNS} FROM tickets WHERE (created_at, id) < (?, ?)
     ORDER BY created_at DESC, id DESC LIMIT ?`,
    asTicket,
  )
  return {
    listTickets: (limit, { createdAt, id } = NEWEST) => list(createdAt, id, limit),
  }
}

export const ticketReading = (connection: Connection): TicketReading => ({
  ...ticketListing(connection),
  findTicket: prepareOne<TicketRow>(
    connection,
    `SELECT ${COLUMNS} FROM tickets WHERE id = ?`,
    asTicket,
  ),
  listOpenTickets: prepareMany<TicketRow>(
    connection,
    `SELECT ${COLUMNS} FROM tickets WHERE revoked_at IS NULL AND spent_at IS NULL AND expires_at > ?`,
    asTicket,
  ),
})

export const ticketWriting = (connection: Connection): TicketWriting => {
  const add = prepareAdd(
    connection,
    `INSERT INTO tickets (id, public_key, node, role, hosts, cluster_admin, replace_node, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const bind = prepareChange(
    connection,
    'UPDATE tickets SET bound_key = ? WHERE id = ? AND bound_key IS NULL AND revoked_at IS NULL',
  )
  const spend = prepareChange(connection, 'UPDATE tickets SET spent_at = ? WHERE id = ?')
  const revoke = prepareChange(
    connection,
    'UPDATE tickets SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL',
  )
  return {
    addTicket: (row) =>
      add(
        row.id,
        row.publicKey,
        row.node,
        row.role,
        JSON.stringify(row.hosts),
        Number(row.clusterAdmin),
        Number(row.replace),
        row.createdAt,
        row.expiresAt,
      ),
    bindTicket: (id, key) => bind(key, id),
    spendTicket: (id, at) => spend(at, id),
    revokeTicket: (id, at) => revoke(at, id),
  }
}
