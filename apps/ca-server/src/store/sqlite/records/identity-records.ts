import type { IdentityReading, IdentityRow, IdentityWriting } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany, prepareOne } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

const COLUMNS = `fingerprint, node, certificate, key_pin AS keyPin, ticket_id AS ticketId, state,
  not_after AS notAfter, changed_at AS changedAt, revoked_at AS revokedAt,
  (SELECT nodes.state FROM nodes WHERE nodes.name = identities.node) AS nodeState`

export const identityReading = (connection: Connection): IdentityReading => {
  const find = (condition: string) =>
    prepareOne<IdentityRow>(connection, `SELECT ${COLUMNS} FROM identities WHERE ${condition}`)
  const lastRevocation = prepareOne<{ at: string | null }>(
    connection,
    'SELECT max(revoked_at) AS at FROM identities WHERE node = ?',
  )
  const lastEnd = prepareOne<{ at: string | null }>(
    connection,
    `SELECT max(changed_at) AS at FROM identities WHERE node = ? AND state = 'ended'`,
  )
  return {
    findIdentity: find('fingerprint = ?'),
    findIdentityOfNode: find('node = ? AND state = ? ORDER BY rowid DESC LIMIT 1'),
    findPendingRenewal: find(`node = ? AND state = 'pending' AND ticket_id IS NULL`),
    findIdentityByKey: find('node = ? AND key_pin = ? ORDER BY rowid DESC LIMIT 1'),
    findIdentityOfTicket: find('ticket_id = ? AND key_pin = ? ORDER BY rowid DESC LIMIT 1'),
    listIdentitiesOfNode: prepareMany<IdentityRow>(
      connection,
      `SELECT ${COLUMNS} FROM identities WHERE node = ? ORDER BY rowid DESC LIMIT ?`,
    ),
    findLastRevocationOfNode: async (node) => (await lastRevocation(node))?.at ?? undefined,
    findLastEndOfNode: async (node) => (await lastEnd(node))?.at ?? undefined,
  }
}

export const identityWriting = (connection: Connection): IdentityWriting => {
  const add = prepareAdd(
    connection,
    `INSERT INTO identities (fingerprint, node, certificate, key_pin, ticket_id, state, not_after)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const setState = prepareChange(
    connection,
    'UPDATE identities SET state = ?, changed_at = ? WHERE fingerprint = ?',
  )
  const end = prepareAdd(
    connection,
    `UPDATE identities SET state = 'ended', changed_at = ?
     WHERE node = ? AND state IN (SELECT value FROM json_each(?))`,
  )
  return {
    addIdentity: ({ fingerprint, node, certificate, keyPin, ticketId, state, notAfter }) =>
      add(fingerprint, node, certificate, keyPin, ticketId, state, notAfter),
    setIdentityState: (fingerprint, state, at) => setState(state, at, fingerprint),
    endIdentities: (node, states, at) => end(at, node, JSON.stringify(states)),
  }
}
