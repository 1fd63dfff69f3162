import type { IssuerReading, IssuerRow, IssuerWriting } from '../../../authority/index.ts'
import type { Connection } from '../open-database.ts'
import { prepareMany } from './rows.ts'
import { prepareAdd } from './statements.ts'

export const issuerReading = (connection: Connection): IssuerReading => ({
  listIssuers: prepareMany<IssuerRow>(
    connection,
    'SELECT id, purpose, certificate, pin FROM issuers ORDER BY rowid',
  ),
})

export const issuerWriting = (connection: Connection): IssuerWriting => {
  const add = prepareAdd(
    connection,
    'INSERT INTO issuers (id, purpose, certificate, pin) VALUES (?, ?, ?, ?)',
  )
  return { addIssuer: ({ id, purpose, certificate, pin }) => add(id, purpose, certificate, pin) }
}
