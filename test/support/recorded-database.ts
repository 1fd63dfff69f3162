import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openChangeJournal } from '../../apps/ca-server/src/store/sqlite/issuance-log/change-journal.ts'
import { createLogAppender } from '../../apps/ca-server/src/store/sqlite/issuance-log/log-appender.ts'
import {
  loadTreeMemory,
  openStoredNodes,
} from '../../apps/ca-server/src/store/sqlite/issuance-log/tree-nodes.ts'
import { WorkLog } from '../../apps/ca-server/src/store/sqlite/issuance-log/work-log.ts'
import { openDatabase } from '../../apps/ca-server/src/store/sqlite/open-database.ts'
import type { Connection } from '../../apps/ca-server/src/store/sqlite/connection.ts'
import { RECORDED_TABLES } from '../../apps/ca-server/src/store/sqlite/recorded-tables.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What a column of this type may hold, were it not for checks and references. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  TEXT: 'sample',
  INTEGER: 7,
  BLOB: Buffer.of(1, 2, 3),
}

/** Keys of rows that are recorded although others of their table are not. */
const KEYS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  meta: { name: 'store-id' },
}

/** A database with the schema of now: changed by raw SQL as by the store itself, entries and all. */
export interface RecordedDatabase {
  readonly path: string
  readonly connection: Connection
  /** One work: its statements, and an entry that carries what they changed. */
  readonly work: (kind: string, change: (connection: Connection) => void) => void
}

let empty: Buffer | undefined

/** An empty database as a file, for the steps of its schema take longer than a test. */
const emptyDatabase = (): Buffer => {
  const path = join(temporaryFolder(), 'easycerts.db')
  writeFileSync(path, '')
  openDatabase(path).close()
  return readFileSync(path)
}

export const makeRecordedDatabase = (): RecordedDatabase => {
  const path = join(temporaryFolder(), 'easycerts.db')
  writeFileSync(path, (empty ??= emptyDatabase()))
  const connection = openDatabase(path)
  connection.pragma('foreign_keys = OFF')
  connection.pragma('ignore_check_constraints = ON')
  const tree = loadTreeMemory(openStoredNodes(connection))
  const appender = createLogAppender(connection, tree)
  const log = new WorkLog({ journal: openChangeJournal(connection), appender, tree })
  const work: RecordedDatabase['work'] = (kind, change) => {
    log.begin()
    change(connection)
    log.append({ at: '2030-01-01T00:00:00.000Z', kind, actor: 'test', body: {} })
    log.finish()
    log.committed()
  }
  return { path, connection, work }
}

/** One row in every recorded table, each by an entry of its own. */
export const fillRecordedTables = ({ work }: Pick<RecordedDatabase, 'work'>): void => {
  for (const { table } of RECORDED_TABLES)
    work(`filled ${table}`, (connection) => insertSample(connection, table))
}

/** A row of made-up values; `other` makes them others, the key among them. */
export const insertSample = (connection: Connection, table: string, other?: string): void => {
  const columns = connection
    .prepare<[string], { name: string; type: string }>(
      'SELECT name, type FROM pragma_table_info(?)',
    )
    .all(table)
  const values = columns.map(({ name, type }) => {
    const sample = KEYS[table]?.[name] ?? SAMPLES[type]
    if (other === undefined || type === 'BLOB') return sample
    return type === 'INTEGER' ? 8 : KEYS[table] ? other : `${String(sample)} ${other}`
  })
  const names = columns.map(({ name }) => name)
  connection
    .prepare(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    )
    .run(...values)
}
