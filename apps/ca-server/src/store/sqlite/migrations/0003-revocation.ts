/**
 * Revocations have an order of their own, so that a CRL can say up to which one it speaks. The octets
 * of a CRL stand apart from what is said of it: they are megabytes, and its SHA-256 vouches for them.
 */
export const REVOCATION = `
CREATE TABLE revocations (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  issuer_id TEXT NOT NULL REFERENCES issuers (id),
  serial_number TEXT NOT NULL,
  reason TEXT NOT NULL, revoked_at TEXT NOT NULL, not_after TEXT NOT NULL,
  UNIQUE (issuer_id, serial_number)
) STRICT;
CREATE INDEX revocations_in_order ON revocations (issuer_id, sequence);

CREATE TABLE crls (
  issuer_id TEXT PRIMARY KEY REFERENCES issuers (id),
  number INTEGER NOT NULL, this_update TEXT NOT NULL, next_update TEXT NOT NULL,
  scheduled_at TEXT NOT NULL, last_revocation INTEGER NOT NULL, entries INTEGER NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;
CREATE TABLE crl_documents (
  issuer_id TEXT PRIMARY KEY REFERENCES issuers (id), der BLOB NOT NULL
) STRICT;

ALTER TABLE certificates ADD COLUMN identity TEXT;
ALTER TABLE identities ADD COLUMN revoked_at TEXT;
`
