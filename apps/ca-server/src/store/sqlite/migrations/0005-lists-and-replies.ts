/**
 * Indexes for listings, each of which ends with the rowid and so gives its rows in order. None is
 * over values that come in no order (subjects, requesters of node certificates): one of those costs
 * issuance more than all these together. Answers are kept for a day for clients that ask again.
 */
export const LISTS_AND_REPLIES = `
CREATE INDEX certificates_by_profile ON certificates (profile);
CREATE INDEX certificates_by_expiry ON certificates (not_after);
CREATE INDEX certificates_by_intent ON certificates (intended_at);
CREATE INDEX certificates_by_other_requester ON certificates (requester)
  WHERE requester NOT LIKE 'node %';
CREATE INDEX certificates_abandoned ON certificates (state) WHERE state = 'abandoned';
CREATE INDEX tickets_that_join ON tickets (expires_at) WHERE spent_at IS NULL AND revoked_at IS NULL;
CREATE INDEX tickets_by_age ON tickets (created_at, id);

CREATE TABLE answers (
  requester TEXT NOT NULL, key TEXT NOT NULL, request_hash TEXT NOT NULL,
  created_at TEXT NOT NULL, body TEXT NOT NULL,
  UNIQUE (requester, key)
) STRICT;
CREATE INDEX answers_by_age ON answers (created_at);
`
