import {
  type CertdbColumns,
  type CertdbFault,
  type CertdbRow,
  readCertdbRow,
} from '@easycerts/cfssl/certdb'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { openReader } from '../sqlite/open-database.ts'

/** A row with a longer certificate is no row of cfssl. */
const MAX_PEM = 64 * 1024

const ROWS = `SELECT serial_number, authority_key_identifier, status, reason, revoked_at,
  CASE WHEN length(pem) <= ${MAX_PEM} THEN pem END AS pem FROM certificates ORDER BY rowid`

/**
 * Every certificate of a certdb of the driver sqlite3, in the order in which cfssl recorded them. The
 * file is opened for reading alone; cfssl may have it open. ERR_FILE_UNREADABLE.
 */
export function* readCertdb(path: string): Generator<CertdbRow | CertdbFault> {
  const connection = opened(path)
  try {
    for (const row of connection.prepare<[], CertdbColumns>(ROWS).iterate())
      yield readCertdbRow(row)
  } catch (error) {
    throw notCertdb(path, error)
  } finally {
    connection.close()
  }
}

const opened = (path: string) => {
  try {
    return openReader(path)
  } catch (error) {
    throw notCertdb(path, error)
  }
}

const notCertdb = (path: string, error: unknown): EasycertsError =>
  new EasycertsError(
    'ERR_FILE_UNREADABLE',
    `${path} is no certdb of the driver sqlite3: ${reasonOf(error)}`,
    { hint: 'of PostgreSQL or MySQL, copy the table "certificates" into an SQLite file first' },
  )
