import type {
  CertificateRow,
  IdentityRow,
  IssuerRow,
  LogEntry,
  NodeRow,
  Reading,
  TicketRow,
} from '../../authority/index.ts'
import type { Connection } from './open-database.ts'

type Raw = Record<string, unknown>

const COLUMNS = {
  issuers: 'id, purpose, certificate, pin',
  certificates: `issuer_id AS issuerId, serial_number AS serialNumber, profile, node, subject, requester,
    key_pin AS keyPin, not_before AS notBefore, not_after AS notAfter, state, intended_at AS intendedAt`,
  nodes: 'name, role, hosts, cluster_admin AS clusterAdmin, state, last_seen_at AS lastSeenAt',
  identities: `fingerprint, node, certificate, key_pin AS keyPin, ticket_id AS ticketId, state, not_after AS notAfter`,
  tickets: `id, public_key AS publicKey, node, role, hosts, cluster_admin AS clusterAdmin, replace_node AS "replace",
    created_at AS createdAt, expires_at AS expiresAt, revoked_at AS revokedAt, bound_key AS boundKey, spent_at AS spentAt`,
  log: 'sequence, at, kind, actor, body',
} as const

// Columns hold what our own statements wrote under the schema's checks, so rows are taken as typed.
const same = (raw: unknown): unknown => raw
const withHosts = (raw: unknown): unknown => {
  const row = raw as Raw
  const replace = row['replace'] === undefined ? {} : { replace: row['replace'] === 1 }
  return {
    ...row,
    hosts: JSON.parse(String(row['hosts'])) as unknown,
    clusterAdmin: row['clusterAdmin'] === 1,
    ...replace,
  }
}
const withBody = (raw: unknown): unknown => {
  const row = raw as Raw
  return { ...row, body: JSON.parse(String(row['body'])) as unknown }
}

/** Prepared once per connection; each method is one statement. */
export const createReading = (connection: Connection): Reading => {
  const one = <Row>(sql: string, shape = same) => {
    const statement = connection.prepare(sql)
    return (...values: unknown[]): Promise<Row | undefined> => {
      const raw = statement.get(...values)
      return Promise.resolve(raw === undefined ? undefined : (shape(raw) as Row))
    }
  }
  const many = <Row>(sql: string, shape = same) => {
    const statement = connection.prepare(sql)
    return (...values: unknown[]): Promise<Row[]> =>
      Promise.resolve(statement.all(...values).map((raw) => shape(raw) as Row))
  }
  const findOther = one<{ node: string }>(
    `SELECT coalesce(node, 'operator') AS node FROM certificates WHERE key_pin = ? AND node IS NOT ? LIMIT 1`,
  )
  return {
    listIssuers: many<IssuerRow>(`SELECT ${COLUMNS.issuers} FROM issuers ORDER BY rowid`),
    listCertificates: many<CertificateRow>(
      `SELECT ${COLUMNS.certificates} FROM certificates ORDER BY rowid DESC LIMIT ?`,
    ),
    findNode: one<NodeRow>(`SELECT ${COLUMNS.nodes} FROM nodes WHERE name = ?`, withHosts),
    listNodes: many<NodeRow>(`SELECT ${COLUMNS.nodes} FROM nodes ORDER BY name LIMIT ?`, withHosts),
    findIdentity: one<IdentityRow>(
      `SELECT ${COLUMNS.identities} FROM identities WHERE fingerprint = ?`,
    ),
    findIdentityOfNode: one<IdentityRow>(
      `SELECT ${COLUMNS.identities} FROM identities WHERE node = ? AND state = ? ORDER BY rowid DESC LIMIT 1`,
    ),
    findPendingRenewal: one<IdentityRow>(
      `SELECT ${COLUMNS.identities} FROM identities WHERE node = ? AND state = 'pending' AND ticket_id IS NULL`,
    ),
    findIdentityOfTicket: one<IdentityRow>(
      `SELECT ${COLUMNS.identities} FROM identities WHERE ticket_id = ? ORDER BY rowid DESC LIMIT 1`,
    ),
    findTicket: one<TicketRow>(`SELECT ${COLUMNS.tickets} FROM tickets WHERE id = ?`, withHosts),
    listTickets: many<TicketRow>(
      `SELECT ${COLUMNS.tickets} FROM tickets ORDER BY created_at DESC LIMIT ?`,
      withHosts,
    ),
    listLog: many<LogEntry>(
      `SELECT ${COLUMNS.log} FROM log ORDER BY sequence DESC LIMIT ?`,
      withBody,
    ),
    findOtherHolder: async (keyPin, node) => (await findOther(keyPin, node))?.node,
  }
}

export const CERTIFICATE_COLUMNS = COLUMNS.certificates
