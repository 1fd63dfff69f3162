import type {
  OrderedCertificate,
  RenewalOrderReading,
  RenewalOrderRow,
  RenewalOrderWriting,
} from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany, prepareOne, shaped } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

const COLUMNS = `id, filter, reason, ordered_by AS orderedBy, ordered_at AS orderedAt, deadline,
  expires_at AS expiresAt, cancelled_at AS cancelledAt`

// With max(rowid), the other columns are those of that row (SQLite, "bare columns in an aggregate").
const ORDERED = `
  WITH newest AS (
    SELECT node, profile, issuer_id, serial_number, not_after, max(rowid) AS position
    FROM certificates
    WHERE not_after > @orderedAt AND intended_at < @orderedAt
      AND state = 'issued' AND node IS NOT NULL
      AND (@node IS NULL OR node = @node) AND (@profile IS NULL OR profile = @profile)
    GROUP BY node, profile
  )
  SELECT node, profile, issuer_id AS issuerId, serial_number AS serialNumber, not_after AS notAfter,
    (node, profile) IN (
      SELECT node, profile FROM certificates WHERE intended_at >= @orderedAt AND state = 'issued'
    ) AS isReplaced
  FROM newest
  WHERE (@issuer IS NULL OR issuer_id = @issuer)
    AND (@serialNumber IS NULL OR serial_number = @serialNumber)
  ORDER BY node, profile`

export const renewalOrderReading = (connection: Connection): RenewalOrderReading => {
  const withFilter = shaped(['filter'], [])
  const listOrdered = prepareMany<OrderedCertificate>(
    connection,
    ORDERED,
    shaped([], ['isReplaced']),
  )
  return {
    findRenewalOrder: prepareOne<RenewalOrderRow>(
      connection,
      `SELECT ${COLUMNS} FROM renewal_orders WHERE id = ?`,
      withFilter,
    ),
    listRenewalOrders: prepareMany<RenewalOrderRow>(
      connection,
      `SELECT ${COLUMNS} FROM renewal_orders ORDER BY ordered_at DESC LIMIT ?`,
      withFilter,
    ),
    listRenewalOrdersInForce: prepareMany<RenewalOrderRow>(
      connection,
      `SELECT ${COLUMNS} FROM renewal_orders WHERE expires_at > ? AND cancelled_at IS NULL`,
      withFilter,
    ),
    listOrdered: (orderedAt, { node = null, profile = null, issuer = null, serialNumber = null }) =>
      listOrdered({ orderedAt, node, profile, issuer, serialNumber }),
  }
}

export const renewalOrderWriting = (connection: Connection): RenewalOrderWriting => {
  const add = prepareAdd(
    connection,
    `INSERT INTO renewal_orders (id, filter, reason, ordered_by, ordered_at, deadline, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const cancel = prepareChange(
    connection,
    'UPDATE renewal_orders SET cancelled_at = ? WHERE id = ? AND cancelled_at IS NULL',
  )
  return {
    addRenewalOrder: ({ id, filter, reason, orderedBy, orderedAt, deadline, expiresAt }) =>
      add(id, JSON.stringify(filter), reason, orderedBy, orderedAt, deadline, expiresAt),
    cancelRenewalOrder: (id, at) => cancel(at, id),
  }
}
