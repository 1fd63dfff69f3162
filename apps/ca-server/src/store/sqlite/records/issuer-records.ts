import type {
  IssuerReading,
  IssuerRequestRow,
  IssuerRow,
  IssuerWriting,
} from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany } from './rows.ts'
import { prepareAdd } from './statements.ts'

export const issuerReading = (connection: Connection): IssuerReading => ({
  listIssuers: prepareMany<IssuerRow>(
    connection,
    'SELECT id, purpose, certificate, pin, chain, key_location AS keyLocation FROM issuers ORDER BY rowid',
  ),
  listIssuerRequests: prepareMany<IssuerRequestRow>(
    connection,
    'SELECT id, purpose, pin, key_location AS keyLocation, request FROM issuer_requests ORDER BY rowid',
  ),
})

export const issuerWriting = (connection: Connection): IssuerWriting => {
  const add = prepareAdd(
    connection,
    'INSERT INTO issuers (id, purpose, certificate, pin, chain, key_location) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const addRequest = prepareAdd(
    connection,
    'INSERT INTO issuer_requests (id, purpose, pin, key_location, request) VALUES (?, ?, ?, ?, ?)',
  )
  const removeRequest = prepareAdd(connection, 'DELETE FROM issuer_requests WHERE id = ?')
  return {
    addIssuer: ({ id, purpose, certificate, pin, chain, keyLocation }) =>
      add(id, purpose, certificate, pin, chain, keyLocation),
    addIssuerRequest: ({ id, purpose, pin, keyLocation, request }) =>
      addRequest(id, purpose, pin, keyLocation, request),
    removeIssuerRequest: removeRequest,
  }
}
