import type { IdentityReading, IdentityRow, IdentityWriting } from '../../../authority/index.ts'
import type { Connection } from '../open-database.ts'
import { prepareOne } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

const COLUMNS = `fingerprint, node, certificate, key_pin AS keyPin, ticket_id AS ticketId, state,
  not_after AS notAfter, revoked_at AS revokedAt`

export const identityReading = (connection: Connection): IdentityReading => {
  const find = (condition: string) =>
    prepareOne<IdentityRow>(connection, `SELECT ${COLUMNS} FROM identities WHERE ${condition}`)
  return {
    findIdentity: find('fingerprint = ?'),
    findIdentityOfNode: find('node = ? AND state = ? ORDER BY rowid DESC LIMIT 1'),
    findPendingRenewal: find(`node = ? AND state = 'pending' AND ticket_id IS NULL`),
    findIdentityByKey: find('node = ? AND key_pin = ? ORDER BY rowid DESC LIMIT 1'),
    findIdentityOfTicket: find('ticket_id = ? ORDER BY rowid DESC LIMIT 1'),
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
  return {
    addIdentity: ({ fingerprint, node, certificate, keyPin, ticketId, state, notAfter }) =>
      add(fingerprint, node, certificate, keyPin, ticketId, state, notAfter),
    setIdentityState: (fingerprint, state, at) => setState(state, at, fingerprint),
  }
}
