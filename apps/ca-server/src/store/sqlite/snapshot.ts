import { type Connection, openReader, storeError } from './open-database.ts'

/**
 * Copies a database as it is at one moment into the empty file `target`, while another process may
 * write to it and is not held up. Rows that were deleted leave no trace in the copy.
 * ERR_STORE_UNAVAILABLE, ERR_STORE_CORRUPT.
 */
export const takeSnapshot = (database: string, target: string): void =>
  withReader(database, (connection) => {
    connection.prepare('VACUUM INTO ?').run(target)
  })

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
