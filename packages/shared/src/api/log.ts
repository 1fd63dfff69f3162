import * as v from 'valibot'
import { listQuery } from './fields.ts'
import type { Route } from './route.ts'

export const logEntry = v.object({
  sequence: v.number(),
  at: v.string(),
  kind: v.string(),
  actor: v.string(),
  body: v.record(v.string(), v.unknown()),
})

export const logReply = v.object({ entries: v.array(logEntry) })

export const logRoutes = {
  log: { listener: 'operator', method: 'GET', path: '/v1/log', query: listQuery, reply: logReply },
} as const satisfies Record<string, Route>
