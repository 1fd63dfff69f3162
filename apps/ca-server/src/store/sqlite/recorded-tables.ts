/**
 * A table whose rows the issuance log vouches for: it can be rebuilt from the log, and
 * `ca-server log verify` names every row that is not as the log says.
 */
export interface RecordedTable {
  readonly table: string
  /** Columns of a primary or unique key; a recorded row never changes its key. */
  readonly key: readonly string[]
  /** The other columns that the log holds; a BLOB is held as its SHA-256. */
  readonly columns: readonly string[]
  /** Columns that may change without an entry, as they say nothing of what was decided. */
  readonly volatile?: readonly string[]
  /** SQL over `$.column`: which rows are recorded, if not all. */
  readonly when?: string
  /** What a column that a later migration added held in rows that are older; null if not named. */
  readonly defaults?: Readonly<Record<string, string | number>>
}

// What retention archives is recorded as it was.
const CERTIFICATES = {
  key: ['issuer_id', 'serial_number'],
  columns: [
    'profile',
    'node',
    'subject',
    'requester',
    'identity',
    'key_pin',
    'not_before',
    'not_after',
    'state',
    'intended_at',
    'issued_at',
    'der',
  ],
} as const

const IDENTITIES = {
  key: ['fingerprint'],
  columns: [
    'node',
    'certificate',
    'key_pin',
    'ticket_id',
    'state',
    'not_after',
    'changed_at',
    'revoked_at',
  ],
} as const

const TICKETS = {
  key: ['id'],
  columns: [
    'public_key',
    'node',
    'role',
    'hosts',
    'cluster_admin',
    'replace_node',
    'created_at',
    'expires_at',
    'revoked_at',
    'bound_key',
    'spent_at',
    'uses',
    'required_key',
    'required_request',
  ],
  defaults: { uses: 1 },
} as const

const TICKET_USES = {
  key: ['ticket_id', 'node'],
  columns: ['key_pin', 'bound_at', 'confirmed_at'],
} as const

/**
 * Declare a table here and all that is done to it is in the log: triggers of the writing connection
 * note every change of a recorded row, whatever statement makes it, and the entries that the same
 * work appends carry the changes. A work that changes recorded rows and appends no entry fails with
 * a TypeError. Every table of the schema stands either here or in UNRECORDED_TABLES.
 */
export const RECORDED_TABLES: readonly RecordedTable[] = [
  {
    table: 'meta',
    key: ['name'],
    columns: ['value'],
    when: `$.name IN ('store-id', 'epoch', 'reconcile', 'log-key')`,
  },
  {
    table: 'issuers',
    key: ['id'],
    columns: ['purpose', 'certificate', 'pin', 'chain', 'key_location'],
    defaults: { chain: '', key_location: 'file' },
  },
  {
    table: 'issuer_requests',
    key: ['id'],
    columns: ['purpose', 'pin', 'key_location', 'request'],
  },
  {
    table: 'certificates',
    ...CERTIFICATES,
    // An intent is not yet a fact: it becomes one when it is issued or abandoned.
    when: `$.state <> 'intended'`,
  },
  {
    table: 'nodes',
    key: ['name'],
    columns: ['role', 'hosts', 'cluster_admin', 'state', 'state_reason', 'state_since'],
    volatile: ['last_seen_at'],
  },
  {
    table: 'tickets',
    ...TICKETS,
  },
  { table: 'ticket_uses', ...TICKET_USES },
  {
    table: 'identities',
    ...IDENTITIES,
  },
  {
    table: 'revocations',
    key: ['issuer_id', 'serial_number'],
    columns: ['sequence', 'reason', 'revoked_at', 'not_after'],
  },
  {
    table: 'crls',
    key: ['issuer_id'],
    columns: [
      'number',
      'this_update',
      'next_update',
      'scheduled_at',
      'last_revocation',
      'entries',
      'sha256',
    ],
  },
  {
    table: 'renewal_orders',
    key: ['id'],
    columns: [
      'filter',
      'reason',
      'ordered_by',
      'ordered_at',
      'deadline',
      'expires_at',
      'cancelled_at',
    ],
  },
  { table: 'trust_keys', key: ['id'], columns: ['public_key', 'state', 'certificate'] },
  {
    table: 'trust_versions',
    key: ['version'],
    columns: ['epoch', 'document', 'signatures', 'published_at'],
  },
  {
    table: 'service_account_keys',
    key: ['node', 'id'],
    columns: ['public_key', 'state', 'told_at'],
  },
  { table: 'archived_certificates', ...CERTIFICATES },
  { table: 'archived_identities', ...IDENTITIES },
  { table: 'archived_tickets', ...TICKETS },
  { table: 'archived_ticket_uses', ...TICKET_USES },
]

/** The other tables of the schema, and why the log need not hold them. */
export const UNRECORDED_TABLES: Readonly<Record<string, string>> = {
  log: 'it is the log',
  log_nodes: 'computed from the log, and checked with it',
  crl_documents: 'signed, and vouched for by the SHA-256 in crls',
  clock: 'moves with every minute; when it was held and who accepted it are entries',
  node_reports: 'what nodes say of themselves, which decides nothing',
  node_changes: 'what nodes ask for; what became of it is in nodes and an entry',
  restart_leases: 'over within the hour; who took, released and broke one are entries',
  legacy_uses: 'what came through the cfssl API, counted; each certificate is recorded',
  legacy_answers: 'which of the recorded certificates a repeated request gets',
  answers: 'kept for a day for clients that ask again; what they speak of is recorded',
}
