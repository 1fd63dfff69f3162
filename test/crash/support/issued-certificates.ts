import { join } from 'node:path'
import Database from 'better-sqlite3'

/** Whether the CA's records hold this certificate, byte for byte, as issued. */
export const isRecorded = (dataDirectory: string, der: Buffer): boolean => {
  const database = new Database(join(dataDirectory, 'easycerts.db'), { readonly: true })
  try {
    const row = database
      .prepare(`SELECT count(*) AS count FROM certificates WHERE state = 'issued' AND der = ?`)
      .get(der) as { count: number }
    return row.count === 1
  } finally {
    database.close()
  }
}

/** Serial numbers that an issuer used twice; the schema forbids it, and this looks. */
export const repeatedSerials = (dataDirectory: string): unknown[] => {
  const database = new Database(join(dataDirectory, 'easycerts.db'), { readonly: true })
  try {
    return database
      .prepare(
        'SELECT issuer_id, serial_number FROM certificates GROUP BY 1, 2 HAVING count(*) > 1',
      )
      .all()
  } finally {
    database.close()
  }
}
