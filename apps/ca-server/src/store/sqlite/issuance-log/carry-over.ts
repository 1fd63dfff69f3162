import type { RowChange } from '@easycerts/shared/issuance-log'
import type { Connection } from '../connection.ts'
import { RECORDED_TABLES, type RecordedTable } from '../recorded-tables.ts'
import { keyOf, rowOf } from './change-journal.ts'
import { conditionOf } from './change-triggers.ts'
import { createLogAppender, type LogAppender } from './log-appender.ts'
import { loadTreeMemory, openStoredNodes } from './tree-nodes.ts'

/** Rows that one entry vouches for at most. */
const ROWS_OF_ENTRY = 500

/**
 * Fills the log of a database that had none: the entries of the old one, then every recorded row
 * as it is now. Belongs in the transaction of the migrations.
 */
export const carryOverLog = (connection: Connection): void => {
  const append = createLogAppender(connection, loadTreeMemory(openStoredNodes(connection)))
  // An iteration may go on while other tables than its own are written.
  connection.unsafeMode(true)
  carryOverEntries(connection, append)
  for (const recorded of RECORDED_TABLES) recordRows(connection, append, recorded)
  connection.unsafeMode(false)
  connection.exec('DROP TABLE log_0001')
}

interface OldEntry {
  readonly at: string
  readonly kind: string
  readonly actor: string
  readonly body: string
}

const carryOverEntries = (connection: Connection, append: LogAppender): void => {
  const entries = connection.prepare<[], OldEntry>(
    'SELECT at, kind, actor, body FROM log_0001 ORDER BY sequence',
  )
  for (const { body, ...entry } of entries.iterate()) {
    const parsed = JSON.parse(body) as Record<string, unknown>
    append({ ...entry, origin: null, body: parsed, changes: [] })
  }
}

const recordRows = (connection: Connection, append: LogAppender, recorded: RecordedTable): void => {
  const { table, key, columns } = recorded
  const at = connection
    .prepare<[], string>(`SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`)
    .pluck()
    .get()
  let changes: RowChange[] = []
  const flush = (): void => {
    if (changes.length > 0)
      append({
        at: at ?? '',
        kind: 'migrated',
        actor: 'ca-server',
        origin: null,
        body: { table, rows: changes.length },
        changes,
      })
    changes = []
  }
  for (const values of selectRecorded(connection, recorded)) {
    const row = rowOf(columns, values.slice(key.length))
    changes.push({ table, key: keyOf(key, values), row })
    if (changes.length === ROWS_OF_ENTRY) flush()
  }
  flush()
}

/** Every recorded row of a table: its key, then its columns. */
export const selectRecorded = (
  connection: Connection,
  recorded: RecordedTable,
): Iterable<unknown[]> => {
  const { table, key, columns } = recorded
  return connection
    .prepare<[], unknown[]>(
      `SELECT ${[...key, ...columns].join(', ')} FROM ${table} WHERE ${conditionOf(recorded, table)}`,
    )
    .raw()
    .iterate()
}
