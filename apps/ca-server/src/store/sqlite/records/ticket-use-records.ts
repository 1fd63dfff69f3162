import type { TicketReading, TicketUse, TicketWriting } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany, prepareOne } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

const COLUMNS = `ticket_id AS ticketId, node, key_pin AS keyPin, bound_at AS boundAt,
  confirmed_at AS confirmedAt`

export const ticketUseReading = (
  connection: Connection,
): Pick<TicketReading, 'findTicketUse' | 'listTicketUses' | 'isPromised'> => {
  const find = (condition: string) =>
    prepareOne<TicketUse>(
      connection,
      `SELECT ${COLUMNS} FROM ticket_uses WHERE ticket_id = ? AND ${condition}`,
    )
  const [byNode, byKey] = [find('node = ?'), find('key_pin = ?')]
  const promised = prepareOne<unknown>(
    connection,
    `SELECT 1 FROM tickets t WHERE revoked_at IS NULL AND spent_at IS NULL AND expires_at > ?
       AND id <> ? AND (node = ? OR EXISTS (SELECT 1 FROM ticket_uses u
         WHERE u.ticket_id = t.id AND u.node = ? AND u.confirmed_at IS NULL)) LIMIT 1`,
  )
  return {
    findTicketUse: (id, by) => ('node' in by ? byNode(id, by.node) : byKey(id, by.key)),
    listTicketUses: prepareMany<TicketUse>(
      connection,
      `SELECT ${COLUMNS} FROM ticket_uses WHERE ticket_id = ? ORDER BY rowid`,
    ),
    isPromised: async (node, at, exceptBy) =>
      (await promised(at, exceptBy, node, node)) !== undefined,
  }
}

export const ticketUseWriting = (
  connection: Connection,
): Pick<TicketWriting, 'addTicketUse' | 'confirmTicketUse'> => {
  const add = prepareChange(
    connection,
    `INSERT INTO ticket_uses (ticket_id, node, key_pin, bound_at)
     SELECT id, ?, ?, ? FROM tickets WHERE id = ? AND revoked_at IS NULL AND spent_at IS NULL
       AND uses > (SELECT count(*) FROM ticket_uses WHERE ticket_id = id)`,
  )
  const confirm = prepareChange(
    connection,
    'UPDATE ticket_uses SET confirmed_at = ? WHERE ticket_id = ? AND key_pin = ? AND confirmed_at IS NULL',
  )
  const spend = prepareAdd(
    connection,
    `UPDATE tickets SET spent_at = ? WHERE id = ? AND spent_at IS NULL
       AND uses <= (SELECT count(*) FROM ticket_uses WHERE ticket_id = id AND confirmed_at IS NOT NULL)`,
  )
  return {
    addTicketUse: ({ ticketId, node, keyPin, boundAt }) => add(node, keyPin, boundAt, ticketId),
    confirmTicketUse: async (id, key, at) => {
      await confirm(at, id, key)
      await spend(at, id)
    },
  }
}
