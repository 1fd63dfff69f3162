/**
 * Where records go that have ended: the same columns, without what only living ones need. Batches
 * move rows from one table to the other in one transaction, with an entry in the log.
 */
export const ARCHIVE = `
CREATE TABLE archived_certificates (
  issuer_id TEXT NOT NULL, serial_number TEXT NOT NULL,
  profile TEXT NOT NULL, node TEXT, subject TEXT NOT NULL, requester TEXT NOT NULL, identity TEXT,
  key_pin TEXT NOT NULL, not_before TEXT NOT NULL, not_after TEXT NOT NULL,
  state TEXT NOT NULL, intended_at TEXT NOT NULL, issued_at TEXT, der BLOB,
  UNIQUE (issuer_id, serial_number)
) STRICT;

CREATE TABLE archived_identities (
  fingerprint TEXT PRIMARY KEY, node TEXT NOT NULL, certificate BLOB NOT NULL, key_pin TEXT NOT NULL,
  ticket_id TEXT, state TEXT NOT NULL, not_after TEXT NOT NULL, changed_at TEXT, revoked_at TEXT
) STRICT;
CREATE INDEX identities_ended ON identities (not_after) WHERE state <> 'current';

CREATE TABLE archived_tickets (
  id TEXT PRIMARY KEY, public_key BLOB NOT NULL, node TEXT NOT NULL, role TEXT NOT NULL,
  hosts TEXT NOT NULL, cluster_admin INTEGER NOT NULL, replace_node INTEGER NOT NULL,
  created_at TEXT NOT NULL, expires_at TEXT NOT NULL, revoked_at TEXT, bound_key TEXT, spent_at TEXT
) STRICT;
CREATE INDEX tickets_by_end ON tickets (expires_at);
`
