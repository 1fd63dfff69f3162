import type { ClockReading, ClockRow, ClockWriting } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareOne, shaped } from './rows.ts'
import { prepareAdd } from './statements.ts'

export const clockReading = (connection: Connection): ClockReading => ({
  findClock: prepareOne<ClockRow>(
    connection,
    'SELECT believed_at AS believedAt, is_held AS isHeld FROM clock',
    shaped([], ['isHeld']),
  ),
})

export const clockWriting = (connection: Connection): ClockWriting => {
  const put = prepareAdd(
    connection,
    `INSERT INTO clock (id, believed_at, is_held) VALUES (1, ?, ?)
     ON CONFLICT (id) DO UPDATE SET believed_at = excluded.believed_at, is_held = excluded.is_held`,
  )
  return { putClock: ({ believedAt, isHeld }) => put(believedAt, isHeld ? 1 : 0) }
}
