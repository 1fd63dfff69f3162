import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import Database from 'better-sqlite3'
import type { Connection } from './connection.ts'
import { carryOverLog } from './issuance-log/carry-over.ts'
import { FIRST_LOGGED_SCHEMA } from './migrations/0002-issuance-log.ts'
import { MIGRATIONS } from './migrations/index.ts'

/**
 * The writing connection, migrated to the newest schema. WAL with synchronous=FULL: a commit that
 * was answered survives a power cut. ERR_STORE_CORRUPT, ERR_STORE_UNAVAILABLE, or
 * ERR_DATA_DIRECTORY_BROKEN for a database of a newer easycerts.
 */
export const openDatabase = (path: string): Connection => {
  const database = connect(path, { fileMustExist: true })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    database.pragma('busy_timeout = 5000')
    // Builds of the library may default to NORMAL, under which a power cut loses answered commits.
    if (database.pragma('synchronous', { simple: true }) !== 2)
      throw new EasycertsError(
        'ERR_STORE_UNAVAILABLE',
        'the database does not keep synchronous=FULL',
      )
    checkHealth(database)
    restartLog(database)
    migrate(database)
    return database
  } catch (error) {
    database.close()
    throw storeError(error)
  }
}

/** A second connection that sees committed state only. */
export const openReader = (path: string): Connection =>
  connect(path, { readonly: true, fileMustExist: true })

const connect = (path: string, options: Database.Options): Connection => {
  try {
    return new Database(path, options)
  } catch (error) {
    throw new EasycertsError(
      'ERR_STORE_UNAVAILABLE',
      `database ${path} cannot be opened: ${reasonOf(error)}`,
    )
  }
}

const checkHealth = (database: Connection): void => {
  if (database.pragma('quick_check(1)', { simple: true }) !== 'ok')
    throw new EasycertsError('ERR_STORE_CORRUPT', 'the database fails its integrity check')
}

const migrate = (database: Connection): void => {
  const applied = Number(database.pragma('user_version', { simple: true }))
  if (applied > MIGRATIONS.length)
    throw new EasycertsError(
      'ERR_DATA_DIRECTORY_BROKEN',
      'the database was written by a newer easycerts',
      {
        hint: 'install that version again; nothing was changed',
      },
    )
  if (applied === MIGRATIONS.length) return
  database.transaction(() => {
    for (const statements of MIGRATIONS.slice(applied)) database.exec(statements)
    // Last, so that the log vouches for rows as all migrations left them.
    if (applied < FIRST_LOGGED_SCHEMA) carryOverLog(database)
    database.pragma(`user_version = ${MIGRATIONS.length}`)
  })()
}

/**
 * Writes what the write-ahead log holds into the database and begins it anew. After a flush that
 * failed, pages of it may be in memory alone, and be counted as written: a commit behind one of
 * them would be lost with it at a power cut. A backup that reads meanwhile leaves it for later.
 */
const restartLog = (database: Connection): void => {
  database.pragma('wal_checkpoint(TRUNCATE)')
}

const CORRUPT = /^SQLITE_(CORRUPT|NOTADB)/
/** What the disk, its rights or another process did; all else is our own fault. */
const OUTSIDE = /^SQLITE_(IOERR|FULL|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM|PROTOCOL|PERM|AUTH)/
const DISK_FAILURE = /^SQLITE_IOERR/

/** After it nobody knows what of the last writes is on the disk (fsync(2) reports it once only). */
export const isDiskFailure = (error: unknown): boolean =>
  error instanceof Database.SqliteError && DISK_FAILURE.test(error.code)

/** The same of a file that anybody may have written: its schema is no code of ours. */
export const foreignStoreError = (error: unknown): unknown =>
  error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR'
    ? new EasycertsError('ERR_STORE_CORRUPT', 'the database has not the schema that it claims', {
        cause: error,
      })
    : storeError(error)

/** SQLite's own codes as ours; whatever has a code of ours already passes. */
export const storeError = (error: unknown): unknown => {
  if (!(error instanceof Database.SqliteError)) return error
  if (CORRUPT.test(error.code))
    return new EasycertsError('ERR_STORE_CORRUPT', `the database is damaged: ${error.code}`, {
      cause: error,
    })
  if (!OUTSIDE.test(error.code)) return error
  return new EasycertsError('ERR_STORE_UNAVAILABLE', `the database cannot be used: ${error.code}`, {
    cause: error,
  })
}
