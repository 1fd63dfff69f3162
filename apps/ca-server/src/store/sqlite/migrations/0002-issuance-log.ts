/**
 * The log as a Merkle tree. `entry` is the canonical JSON that the leaf commits to; the columns
 * before it are copies to search by. Of the tree, nodes at levels 0, 8, 16 … are kept: the others
 * follow from 256 of these at most. What an older schema logged is carried over from `log_0001`.
 */
export const ISSUANCE_LOG = `
DROP TRIGGER log_is_append_only_update;
DROP TRIGGER log_is_append_only_delete;
ALTER TABLE log RENAME TO log_0001;

CREATE TABLE log (
  sequence INTEGER PRIMARY KEY,
  at TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, node TEXT, serial_number TEXT,
  entry TEXT NOT NULL
) STRICT;
CREATE INDEX log_by_serial_number ON log (serial_number) WHERE serial_number IS NOT NULL;
CREATE INDEX log_epochs ON log (sequence) WHERE kind = 'epoch-started';
CREATE TABLE log_nodes (
  level INTEGER NOT NULL, position INTEGER NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER log_is_append_only_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_is_append_only_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_nodes_are_final_update BEFORE UPDATE ON log_nodes BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_nodes_are_final_delete BEFORE DELETE ON log_nodes BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

INSERT INTO meta (name, value) SELECT 'store-id', lower(hex(randomblob(16)))
  WHERE EXISTS (SELECT 1 FROM issuers) ON CONFLICT DO NOTHING;
INSERT INTO meta (name, value) SELECT 'epoch', '1'
  WHERE EXISTS (SELECT 1 FROM issuers) ON CONFLICT DO NOTHING;
`

/** From this schema on, no recorded row changes without an entry. */
export const FIRST_LOGGED_SCHEMA = 2
