import { sha256Hex } from '@easycerts/shared/encoding'
import type { RecordedValue, RowChange } from '@easycerts/shared/issuance-log'
import type { Connection } from '../connection.ts'
import { RECORDED_TABLES, type RecordedTable } from '../recorded-tables.ts'
import { changeTriggersOf } from './change-triggers.ts'

/** The last change of each recorded row, by table and key, since they were last taken. */
export type Changes = Map<string, RowChange>

/** Notes what any statement of its connection does to a recorded row. */
export interface ChangeJournal {
  readonly noted: () => Changes
  /** Forgets, and gives what was noted. */
  readonly take: () => Changes
}

/** SQLite itself calls the journal, by temporary triggers, so no statement can go past it. */
export const openChangeJournal = (connection: Connection): ChangeJournal => {
  let changes: Changes = new Map()
  // A replaced row is deleted first; without this, no trigger would hear of it.
  connection.pragma('recursive_triggers = ON')
  // A statement with triggers keeps a journal of its own, which took more time in a file than they.
  connection.pragma('temp_store = MEMORY')
  for (const recorded of RECORDED_TABLES) {
    const note = noteOf(recorded, (id, change) => changes.set(id, change))
    connection.function(`note_${recorded.table}`, { varargs: true }, note)
    connection.exec(changeTriggersOf(recorded))
  }
  return {
    noted: () => changes,
    take: () => {
      const taken = changes
      changes = new Map()
      return taken
    },
  }
}

/** What the triggers of a table call: whether the row is there, its key, its other columns. */
const noteOf =
  ({ table, key, columns }: RecordedTable, add: (id: string, change: RowChange) => void) =>
  (isThere: unknown, ...values: unknown[]): null => {
    const keyValues = values.slice(0, key.length)
    const row = isThere === 1 ? rowOf(columns, values.slice(key.length)) : null
    add(`${table}\0${keyValues.join('\0')}`, { table, key: keyOf(key, keyValues), row })
    return null
  }

/** A key or a row by the names of its columns. */
export const keyOf = (names: readonly string[], values: readonly unknown[]): RowChange['key'] => {
  const key: RowChange['key'] = {}
  for (const [at, name] of names.entries()) key[name] = values[at] as string | number
  return key
}

export const rowOf = (
  columns: readonly string[],
  values: readonly unknown[],
): Record<string, RecordedValue> => {
  const row: Record<string, RecordedValue> = {}
  for (const [at, name] of columns.entries()) row[name] = recordedValueOf(values[at])
  return row
}

/** A column as the log holds it. Columns hold text, integers, BLOBs and nulls: tables are STRICT. */
const recordedValueOf = (value: unknown): RecordedValue =>
  Buffer.isBuffer(value) ? { sha256: sha256Hex(value) } : (value as RecordedValue)
