/** What nodes last told of themselves, and the changes of hosts that follow; lists are JSON. */
export const NODE_REPORTS = `
CREATE TABLE node_reports (
  node TEXT PRIMARY KEY, received_at TEXT NOT NULL,
  failures INTEGER NOT NULL, report TEXT NOT NULL
) STRICT;

CREATE TABLE node_changes (
  node TEXT PRIMARY KEY, settled TEXT, changed_at TEXT, allowed_at TEXT,
  pending TEXT, pending_since TEXT,
  CHECK ((pending IS NULL) = (pending_since IS NULL))
) STRICT;
CREATE INDEX node_changes_pending ON node_changes (node) WHERE pending IS NOT NULL;
`
