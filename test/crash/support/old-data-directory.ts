import { chmodSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths } from '../../../apps/ca-server/src/config/index.ts'
import Database from 'better-sqlite3'
import { RECORDS } from '../../../apps/ca-server/src/store/sqlite/migrations/0001-records.ts'

/** In the order in which rows may refer to one another. */
const TABLES = ['issuers', 'certificates', 'nodes', 'tickets', 'identities']

/**
 * Makes the data directory of a stopped CA one of the first release: the same records in schema
 * 0001, and nothing that came later.
 */
export const ageDataDirectory = (directory: string): void => {
  const paths = dataPaths(directory)
  const path = paths.database
  const database = new Database(join(directory, 'old.db'))
  database.pragma('journal_mode = WAL')
  database.exec(RECORDS)
  database.prepare('ATTACH ? AS newest').run(path)
  database.pragma('foreign_keys = OFF')
  for (const table of TABLES) {
    const columns = (database.pragma(`main.table_info(${table})`) as { name: string }[])
      .map(({ name }) => name)
      .join(', ')
    database.exec(
      `INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM newest.${table} ORDER BY rowid`,
    )
  }
  database.exec(OLD_LOG)
  database.pragma('user_version = 1')
  database.exec('DETACH newest')
  database.close()
  for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
  renameSync(join(directory, 'old.db'), path)
  chmodSync(path, 0o600)
  // Neither the log was signed yet nor a trust document.
  for (const id of ['log-g1', 'trust-g1']) rmSync(paths.issuerKey(id))
}

/** What the first release wrote of each certificate. */
const OLD_LOG = `
  INSERT INTO main.log (at, kind, actor, body)
  SELECT issued_at, 'certificate-issued', requester,
    json_object('issuer', issuer_id, 'serialNumber', serial_number, 'profile', profile)
  FROM main.certificates WHERE state = 'issued' ORDER BY rowid`
