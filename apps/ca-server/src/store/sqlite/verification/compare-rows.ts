import { formatCanonicalJson } from '@easycerts/shared/encoding'
import { parseLogEntry, type RowChange } from '@easycerts/shared/issuance-log'
import { selectRecorded } from '../issuance-log/carry-over.ts'
import { keyOf, rowOf } from '../issuance-log/change-journal.ts'
import { conditionOf } from '../issuance-log/change-triggers.ts'
import type { Connection } from '../connection.ts'
import { RECORDED_TABLES, type RecordedTable } from '../recorded-tables.ts'
import type { DifferenceList } from './difference.ts'
import { completed, hashOfRow, type RebuiltRows } from './rebuilt-rows.ts'

interface Comparison {
  readonly connection: Connection
  readonly rebuilt: RebuiltRows
  readonly differences: DifferenceList
  readonly onRow: () => void
}

/** Every recorded row against what the log says of it, both ways; gives how many rows there are. */
export const compareRows = (comparison: Comparison): Record<string, number> =>
  Object.fromEntries(
    RECORDED_TABLES.map((recorded) => [recorded.table, compareTable(comparison, recorded)]),
  )

const compareTable = (comparison: Comparison, recorded: RecordedTable): number => {
  const { connection, rebuilt, differences, onRow } = comparison
  const { table, key, columns } = recorded
  let [rows, known] = [0, 0]
  for (const values of selectRecorded(connection, recorded)) {
    rows += 1
    onRow()
    if (!values.every(isLoggable)) {
      differences.add(table, JSON.stringify(values.slice(0, key.length)), 'no log holds such a row')
      continue
    }
    const name = formatCanonicalJson(keyOf(key, values))
    const row = rowOf(columns, values.slice(key.length))
    const said = rebuilt.find(table, name)
    if (said) known += 1
    if (!said) differences.add(table, name, 'the log knows no such row')
    else if (!said.hash.equals(hashOfRow(recorded, row)))
      differences.add(table, name, changedColumns(connection, recorded, { name, row, ...said }))
  }
  if (known < rebuilt.count(table)) findMissing(comparison, recorded)
  return rows
}

/** False for numbers that JSON does not keep: no column holds one unless the schema was changed. */
const isLoggable = (value: unknown): boolean =>
  typeof value !== 'number' || Number.isSafeInteger(value)

/** Names the columns, so that an operator sees what somebody was after. */
const changedColumns = (
  connection: Connection,
  recorded: RecordedTable,
  { name, row, sequence }: { name: string; row: NonNullable<RowChange['row']>; sequence: number },
): string => {
  const text = connection
    .prepare<[number], string>('SELECT entry FROM log WHERE sequence = ?')
    .pluck()
    .get(sequence)
  const logged = changeIn(text, recorded.table, name)
  const said = logged && completed(recorded, logged)
  const changed = recorded.columns.filter(
    (column) =>
      said &&
      formatCanonicalJson(said[column] ?? null) !== formatCanonicalJson(row[column] ?? null),
  )
  return `differs from entry ${sequence} in ${changed.join(', ')}`
}

const changeIn = (text: string | undefined, table: string, name: string) => {
  try {
    return parseLogEntry(text ?? '').changes.find(
      (change) => change.table === table && formatCanonicalJson(change.key) === name,
    )?.row
  } catch {
    return undefined
  }
}

const findMissing = (
  { connection, rebuilt, differences }: Comparison,
  recorded: RecordedTable,
): void => {
  const { table, key } = recorded
  const conditions = key.map((column) => `${column} = ?`).join(' AND ')
  const isRecorded = conditionOf(recorded, table)
  const find = connection.prepare(`SELECT 1 FROM ${table} WHERE ${conditions} AND ${isRecorded}`)
  for (const name of rebuilt.keys(table)) {
    const values = JSON.parse(name) as Record<string, unknown>
    if (!find.get(...key.map((column) => values[column])))
      differences.add(table, name, 'the row that the log has is missing')
  }
}
