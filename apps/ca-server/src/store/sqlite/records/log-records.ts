import type { LogEntry, LogReading, LogWriting } from '../../../authority/index.ts'
import type { Connection } from '../open-database.ts'
import { prepareMany, shaped } from './rows.ts'
import { prepareAdd } from './statements.ts'

export const logReading = (connection: Connection): LogReading => ({
  listLog: prepareMany<LogEntry>(
    connection,
    'SELECT sequence, at, kind, actor, body FROM log ORDER BY sequence DESC LIMIT ?',
    shaped(['body'], []),
  ),
})

export const logWriting = (connection: Connection): LogWriting => {
  const append = prepareAdd(
    connection,
    'INSERT INTO log (at, kind, actor, body) VALUES (?, ?, ?, ?)',
  )
  return {
    appendLog: ({ at, kind, actor, body }) => append(at, kind, actor, JSON.stringify(body)),
  }
}
