import type { ArchivedTable, ArchiveWriting } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'

interface Ended {
  readonly columns: string
  /** Over the parameter: the instant before which it ended. */
  readonly condition: string
  readonly order: string
}

const ENDED: Readonly<Record<ArchivedTable, Ended>> = {
  certificates: {
    columns: `issuer_id, serial_number, profile, node, subject, requester, identity, key_pin,
      not_before, not_after, state, intended_at, issued_at, der`,
    condition: `not_after < ? AND state <> 'intended'`,
    order: 'not_after, rowid',
  },
  identities: {
    columns: `fingerprint, node, certificate, key_pin, ticket_id, state, not_after, changed_at,
      revoked_at`,
    condition: `not_after < ? AND state <> 'current'`,
    order: 'not_after, rowid',
  },
  ticket_uses: {
    columns: 'ticket_id, node, key_pin, bound_at, confirmed_at',
    condition: `EXISTS (SELECT 1 FROM tickets WHERE id = ticket_id AND expires_at < ?)
      AND NOT EXISTS (SELECT 1 FROM identities WHERE identities.ticket_id = ticket_uses.ticket_id)`,
    order: 'rowid',
  },
  tickets: {
    columns: `id, public_key, node, role, hosts, cluster_admin, replace_node, created_at, expires_at,
      revoked_at, bound_key, spent_at, uses, required_key, required_request`,
    condition: `expires_at < ?
      AND NOT EXISTS (SELECT 1 FROM identities WHERE identities.ticket_id = tickets.id)
      AND NOT EXISTS (SELECT 1 FROM ticket_uses WHERE ticket_uses.ticket_id = tickets.id)`,
    order: 'expires_at, rowid',
  },
}

export const archiveWriting = (connection: Connection): ArchiveWriting => {
  const moves = Object.entries(ENDED).map(([table, { columns, condition, order }]) => {
    const chosen = `SELECT rowid FROM ${table} WHERE ${condition} ORDER BY ${order} LIMIT ?`
    const copy = connection.prepare(
      `INSERT INTO archived_${table} (${columns}) SELECT ${columns} FROM ${table} WHERE rowid IN (${chosen})`,
    )
    const remove = connection.prepare(`DELETE FROM ${table} WHERE rowid IN (${chosen})`)
    const move = (endedBefore: string, limit: number): number => {
      copy.run(endedBefore, limit)
      return remove.run(endedBefore, limit).changes
    }
    return [table, move] as const
  })
  const byTable = Object.fromEntries(moves) as Record<ArchivedTable, (typeof moves)[0][1]>
  return {
    archiveEnded: (table, endedBefore, limit) =>
      Promise.resolve(byTable[table](endedBefore, limit)),
  }
}
