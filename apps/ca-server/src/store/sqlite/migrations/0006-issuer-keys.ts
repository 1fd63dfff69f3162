/**
 * Where an issuer's key lives, what stands above its certificate, and issuers that await theirs.
 * One key may serve several purposes, as in an imported single-CA cluster, so the pin is not unique
 * any more: SQLite takes a constraint away only by making the table again.
 */
export const ISSUER_KEYS = `
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE kept_issuers AS SELECT rowid AS position, id, purpose, certificate, pin FROM issuers;
DROP TABLE issuers;
CREATE TABLE issuers (
  id TEXT PRIMARY KEY, purpose TEXT NOT NULL, certificate BLOB NOT NULL, pin TEXT NOT NULL,
  chain TEXT NOT NULL DEFAULT '', key_location TEXT NOT NULL DEFAULT 'file'
) STRICT;
INSERT INTO issuers (rowid, id, purpose, certificate, pin)
  SELECT position, id, purpose, certificate, pin FROM kept_issuers ORDER BY position;
DROP TABLE kept_issuers;
CREATE INDEX issuers_by_pin ON issuers (pin);

CREATE TABLE issuer_requests (
  id TEXT PRIMARY KEY, purpose TEXT NOT NULL, pin TEXT NOT NULL,
  key_location TEXT NOT NULL, request TEXT NOT NULL
) STRICT;
`
