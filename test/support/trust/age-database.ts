import { chmodSync, renameSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { MIGRATIONS } from '../../../apps/ca-server/src/store/sqlite/migrations/index.ts'

/** Makes the database of a stopped CA one of an earlier schema: the same rows, as far as that has a place for them. */
export const ageDatabase = (path: string, schema: number): void => {
  const old = `${path}.old`
  const database = new Database(old)
  for (const statements of MIGRATIONS.slice(0, schema)) database.exec(statements)
  database.exec('DROP TABLE IF EXISTS log_0001')
  database.prepare('ATTACH ? AS newest').run(path)
  database.pragma('foreign_keys = OFF')
  for (const table of tablesOf(database, 'main')) {
    if (!tablesOf(database, 'newest').includes(table)) continue
    // The first release knew nothing of itself.
    if (schema === 1 && table === 'meta') continue
    const newer = columnsOf(database, 'newest', table)
    const both = columnsOf(database, 'main', table).filter((name) => newer.includes(name))
    database.exec(
      `INSERT OR IGNORE INTO main.${table} (${both.join(', ')})
       SELECT ${both.join(', ')} FROM newest.${table} ORDER BY 1`,
    )
  }
  database.pragma(`user_version = ${schema}`)
  database.exec('DETACH newest')
  database.close()
  for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
  renameSync(old, path)
  chmodSync(path, 0o600)
}

const tablesOf = (database: Database.Database, schema: string): string[] =>
  database
    .prepare(
      `SELECT name FROM ${schema}.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`,
    )
    .pluck()
    .all() as string[]

const columnsOf = (database: Database.Database, schema: string, table: string): string[] =>
  (database.pragma(`${schema}.table_info(${table})`) as { name: string }[]).map(({ name }) => name)
