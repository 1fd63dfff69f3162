/**
 * The clock that the CA believes, which begins at the last issuance of an older schema, and the
 * renewals that operators ordered. A filter is JSON; a column of it would be null for most orders.
 */
export const RENEWAL_AND_CLOCK = `
CREATE TABLE clock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  believed_at TEXT NOT NULL,
  is_held INTEGER NOT NULL CHECK (is_held IN (0, 1))
) STRICT;
INSERT INTO clock (id, believed_at, is_held)
  SELECT 1, intended_at, 0 FROM certificates ORDER BY rowid DESC LIMIT 1;

CREATE TABLE renewal_orders (
  id TEXT PRIMARY KEY, filter TEXT NOT NULL, reason TEXT NOT NULL, ordered_by TEXT NOT NULL,
  ordered_at TEXT NOT NULL, deadline TEXT NOT NULL,
  expires_at TEXT NOT NULL, cancelled_at TEXT
) STRICT;
CREATE INDEX renewal_orders_by_end ON renewal_orders (expires_at);
CREATE INDEX certificates_of_node ON certificates (node, profile, issued_at) WHERE node IS NOT NULL;
`
