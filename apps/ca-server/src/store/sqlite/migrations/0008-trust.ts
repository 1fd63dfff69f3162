/**
 * The trust document in all its versions, the keys that sign it with the certificate that each has
 * from the enrolment issuer, and the keys by which masters sign service-account tokens.
 */
export const TRUST = `
CREATE TABLE trust_keys (
  id TEXT PRIMARY KEY, public_key BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'retired')),
  certificate BLOB
) STRICT;

CREATE TABLE trust_versions (
  version INTEGER PRIMARY KEY, epoch INTEGER NOT NULL,
  document BLOB NOT NULL, signatures TEXT NOT NULL, published_at TEXT NOT NULL
) STRICT;

CREATE TABLE service_account_keys (
  node TEXT NOT NULL, id TEXT NOT NULL, public_key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('distributed', 'retiring', 'retired')), told_at TEXT NOT NULL,
  PRIMARY KEY (node, id)
) STRICT;
`
