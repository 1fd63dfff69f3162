/** The last lease of each node and component. */
export const RESTART_LEASES = `
CREATE TABLE restart_leases (
  component TEXT NOT NULL, node TEXT NOT NULL, id TEXT NOT NULL,
  taken_at TEXT NOT NULL, expires_at TEXT NOT NULL,
  ended_how TEXT CHECK (ended_how IN ('released', 'broken')), ended_at TEXT,
  PRIMARY KEY (component, node),
  CHECK ((ended_how IS NULL) = (ended_at IS NULL))
) STRICT;
`
