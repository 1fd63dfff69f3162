import { formatCanonicalJson, sha256 } from '@easycerts/shared/encoding'
import type { RecordedValue, RowChange } from '@easycerts/shared/issuance-log'
import Database from 'better-sqlite3'
import { RECORDED_TABLES, type RecordedTable } from '../recorded-tables.ts'

type Row = NonNullable<RowChange['row']>

/** What the log says of a row: the hash of its columns, and the entry that said so last. */
export interface RebuiltRow {
  readonly hash: Buffer
  readonly sequence: number
}

/** The recorded tables as the log has them, on the disk: they may be larger than memory. */
export interface RebuiltRows {
  /** False for a table that nobody declares. */
  readonly apply: (change: RowChange, sequence: number) => boolean
  readonly find: (table: string, key: string) => RebuiltRow | undefined
  readonly count: (table: string) => number
  /** Keys of a table, as JSON. */
  readonly keys: (table: string) => Iterable<string>
  readonly close: () => void
}

export const openRebuiltRows = (): RebuiltRows => {
  // A database without a name is a temporary file that nobody else sees and that ends with it.
  const scratch = new Database('')
  scratch.pragma('journal_mode = OFF')
  scratch.pragma('synchronous = OFF')
  scratch.exec(
    `CREATE TABLE rebuilt (name TEXT, key TEXT, hash BLOB, sequence INTEGER, PRIMARY KEY (name, key))
     WITHOUT ROWID; BEGIN`,
  )
  const put = scratch.prepare('INSERT OR REPLACE INTO rebuilt VALUES (?, ?, ?, ?)')
  const remove = scratch.prepare('DELETE FROM rebuilt WHERE name = ? AND key = ?')
  const find = scratch.prepare<[string, string], RebuiltRow>(
    'SELECT hash, sequence FROM rebuilt WHERE name = ? AND key = ?',
  )
  const count = scratch
    .prepare<[string], number>('SELECT count(*) FROM rebuilt WHERE name = ?')
    .pluck()
  const keys = scratch.prepare<[string], string>('SELECT key FROM rebuilt WHERE name = ?').pluck()
  const declared = new Map(RECORDED_TABLES.map((recorded) => [recorded.table, recorded]))
  return {
    apply: ({ table, key, row }, sequence) => {
      const recorded = declared.get(table)
      if (!recorded) return false
      const name = formatCanonicalJson(key)
      if (row) put.run(table, name, hashOfRow(recorded, row), sequence)
      else remove.run(table, name)
      return true
    },
    find: (table, key) => find.get(table, key),
    count: (table) => count.get(table) ?? 0,
    keys: (table) => keys.iterate(table),
    close: () => {
      scratch.close()
    },
  }
}

export const hashOfRow = (recorded: RecordedTable, row: Row): Buffer =>
  sha256(formatCanonicalJson(completed(recorded, row)))

/** A row of an older schema lacks the columns that came later. */
export const completed = ({ columns, defaults }: RecordedTable, row: Row): Row =>
  Object.fromEntries(
    columns.map((name): [string, RecordedValue] => [name, row[name] ?? defaults?.[name] ?? null]),
  )
