/** Times are ISO 8601 text in UTC; keys are pinned by the hex SHA-256 of their SPKI. */
export const RECORDS = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE issuers (
  id TEXT PRIMARY KEY, purpose TEXT NOT NULL, certificate BLOB NOT NULL, pin TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE certificates (
  issuer_id TEXT NOT NULL REFERENCES issuers (id),
  serial_number TEXT NOT NULL,
  profile TEXT NOT NULL, node TEXT, subject TEXT NOT NULL, requester TEXT NOT NULL,
  key_pin TEXT NOT NULL, not_before TEXT NOT NULL, not_after TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'issued', 'abandoned')),
  intended_at TEXT NOT NULL, issued_at TEXT, der BLOB,
  UNIQUE (issuer_id, serial_number),
  CHECK ((state = 'issued') = (der IS NOT NULL))
) STRICT;
CREATE INDEX certificates_by_key ON certificates (key_pin);
CREATE INDEX certificates_intended ON certificates (state) WHERE state = 'intended';

CREATE TABLE nodes (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, hosts TEXT NOT NULL, cluster_admin INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('joining', 'joined')), last_seen_at TEXT
) STRICT;

CREATE TABLE tickets (
  id TEXT PRIMARY KEY, public_key BLOB NOT NULL,
  node TEXT NOT NULL, role TEXT NOT NULL, hosts TEXT NOT NULL,
  cluster_admin INTEGER NOT NULL, replace_node INTEGER NOT NULL,
  created_at TEXT NOT NULL, expires_at TEXT NOT NULL, revoked_at TEXT, bound_key TEXT, spent_at TEXT
) STRICT;

CREATE TABLE identities (
  fingerprint TEXT PRIMARY KEY, node TEXT NOT NULL, certificate BLOB NOT NULL, key_pin TEXT NOT NULL,
  ticket_id TEXT REFERENCES tickets (id),
  state TEXT NOT NULL CHECK (state IN ('pending', 'current', 'retired', 'superseded')),
  not_after TEXT NOT NULL, changed_at TEXT
) STRICT;
CREATE UNIQUE INDEX one_current_identity ON identities (node) WHERE state = 'current';
CREATE INDEX identities_by_node ON identities (node, state);
CREATE INDEX identities_by_ticket ON identities (ticket_id) WHERE ticket_id IS NOT NULL;

CREATE TABLE log (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE TRIGGER log_is_append_only_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_is_append_only_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
`
