/**
 * Tickets for fleets: one ticket, many nodes, each use of it a row that binds a node's name and the
 * first key. What a ticket asks of the key or the request in advance is null for most.
 */
export const TICKET_USES = `
ALTER TABLE tickets ADD COLUMN uses INTEGER NOT NULL DEFAULT 1;
ALTER TABLE tickets ADD COLUMN required_key TEXT;
ALTER TABLE tickets ADD COLUMN required_request TEXT;
ALTER TABLE archived_tickets ADD COLUMN uses INTEGER NOT NULL DEFAULT 1;
ALTER TABLE archived_tickets ADD COLUMN required_key TEXT;
ALTER TABLE archived_tickets ADD COLUMN required_request TEXT;

CREATE TABLE ticket_uses (
  ticket_id TEXT NOT NULL REFERENCES tickets (id),
  node TEXT NOT NULL, key_pin TEXT NOT NULL, bound_at TEXT NOT NULL, confirmed_at TEXT,
  UNIQUE (ticket_id, node), UNIQUE (ticket_id, key_pin)
) STRICT;
CREATE INDEX ticket_uses_by_node ON ticket_uses (node);

CREATE TABLE archived_ticket_uses (
  ticket_id TEXT NOT NULL, node TEXT NOT NULL, key_pin TEXT NOT NULL,
  bound_at TEXT NOT NULL, confirmed_at TEXT,
  UNIQUE (ticket_id, node)
) STRICT;
`
