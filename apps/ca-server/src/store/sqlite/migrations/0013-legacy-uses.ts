/** Who used which key of the cfssl API, and what became of each authenticated request. */
export const LEGACY_USES = `
CREATE TABLE legacy_uses (
  key_name TEXT NOT NULL, address TEXT NOT NULL, common_name TEXT NOT NULL, profile TEXT NOT NULL,
  first_used_at TEXT NOT NULL, last_used_at TEXT NOT NULL, uses INTEGER NOT NULL,
  last_serial_number TEXT NOT NULL,
  PRIMARY KEY (key_name, address, common_name, profile)
) STRICT, WITHOUT ROWID;
CREATE TABLE legacy_answers (
  request_hash TEXT PRIMARY KEY, issuer_id TEXT NOT NULL, serial_number TEXT NOT NULL,
  not_before TEXT NOT NULL, not_after TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX legacy_answers_by_end ON legacy_answers (not_after);
`
