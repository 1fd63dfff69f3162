/**
 * What may become of a node beside joining, why and since when; and identities that an operator
 * ended. SQLite changes a CHECK only by making the table again; nothing refers to either of the two.
 */
export const NODE_STATES = `
CREATE TABLE nodes_0009 (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, hosts TEXT NOT NULL, cluster_admin INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('joining', 'joined', 'quarantined', 'frozen', 'removed')),
  last_seen_at TEXT, state_reason TEXT, state_since TEXT
) STRICT;
INSERT INTO nodes_0009 (name, role, hosts, cluster_admin, state, last_seen_at)
  SELECT name, role, hosts, cluster_admin, state, last_seen_at FROM nodes ORDER BY rowid;
DROP TABLE nodes;
ALTER TABLE nodes_0009 RENAME TO nodes;
CREATE INDEX nodes_in_trouble ON nodes (state, name) WHERE state IN ('quarantined', 'frozen');

CREATE TABLE identities_0009 (
  fingerprint TEXT PRIMARY KEY, node TEXT NOT NULL, certificate BLOB NOT NULL, key_pin TEXT NOT NULL,
  ticket_id TEXT REFERENCES tickets (id),
  state TEXT NOT NULL CHECK (state IN ('pending', 'current', 'retired', 'superseded', 'ended')),
  not_after TEXT NOT NULL, changed_at TEXT, revoked_at TEXT
) STRICT;
INSERT INTO identities_0009
  (rowid, fingerprint, node, certificate, key_pin, ticket_id, state, not_after, changed_at, revoked_at)
  SELECT rowid, fingerprint, node, certificate, key_pin, ticket_id, state, not_after, changed_at,
    revoked_at FROM identities ORDER BY rowid;
DROP TABLE identities;
ALTER TABLE identities_0009 RENAME TO identities;
CREATE UNIQUE INDEX one_current_identity ON identities (node) WHERE state = 'current';
CREATE INDEX identities_by_node ON identities (node, state);
CREATE INDEX identities_by_ticket ON identities (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX identities_ended ON identities (not_after) WHERE state <> 'current';
`
