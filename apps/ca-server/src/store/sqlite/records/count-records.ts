import type { CountReading } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'

export const countReading = (connection: Connection): CountReading => {
  const nodes = connection.prepare<[], { state: string; count: number }>(
    'SELECT state, count(*) AS count FROM nodes GROUP BY state',
  )
  const tickets = connection.prepare<[string], { isBound: 0 | 1; count: number }>(
    `SELECT bound_key IS NOT NULL AS isBound, count(*) AS count FROM tickets
     WHERE spent_at IS NULL AND revoked_at IS NULL AND expires_at > ? GROUP BY isBound`,
  )
  const entries = connection
    .prepare<[], number>('SELECT coalesce(max(sequence), 0) FROM log')
    .pluck()
  return {
    countRecords: (now) => {
      const byUse = new Map(tickets.all(now).map(({ isBound, count }) => [isBound, count]))
      return Promise.resolve({
        nodes: Object.fromEntries(nodes.all().map(({ state, count }) => [state, count])),
        tickets: { open: byUse.get(0) ?? 0, bound: byUse.get(1) ?? 0 },
        logEntries: entries.get() ?? 0,
      })
    },
  }
}
