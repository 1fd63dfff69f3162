import { EasycertsError } from '@easycerts/shared/errors'
import Database from 'better-sqlite3'
import { openReader, storeError } from './open-database.ts'
import type { Connection } from './connection.ts'

/**
 * Copies a database as it is at one moment into the empty file `target`, while another process may
 * write to it and is not held up. Rows that were deleted leave no trace in the copy.
 * ERR_STORE_UNAVAILABLE, ERR_STORE_CORRUPT, ERR_FILE_NOT_WRITABLE.
 */
export const takeSnapshot = (database: string, target: string): void =>
  withReader(database, (connection) => {
    try {
      connection.prepare('VACUUM INTO ?').run(target)
    } catch (error) {
      throw copyError(error)
    }
  })

/** Only the copy is written: a disk that is full is the one that it goes to. */
const copyError = (error: unknown): unknown =>
  error instanceof Database.SqliteError && /^SQLITE_(FULL|IOERR_WRITE)/.test(error.code)
    ? new EasycertsError(
        'ERR_FILE_NOT_WRITABLE',
        `no room for a copy of the records: ${error.code}`,
      )
    : error

/** How many migrations a database has seen. */
export const schemaVersionOf = (database: string): number =>
  withReader(database, (connection) => Number(connection.pragma('user_version', { simple: true })))

const withReader = <Result>(database: string, work: (connection: Connection) => Result): Result => {
  const connection = openReader(database)
  try {
    return work(connection)
  } catch (error) {
    throw storeError(error)
  } finally {
    connection.close()
  }
}
