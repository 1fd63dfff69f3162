import * as v from 'valibot'
import type { Route } from './route.ts'

export const healthReply = v.object({ status: v.literal('ok') })

const checkResult = v.object({
  name: v.string(),
  /** required: without it the CA cannot serve; advisory: somebody should look soon. */
  level: v.picklist(['required', 'advisory']),
  status: v.picklist(['ok', 'failed']),
  detail: v.string(),
})

export const statusReply = v.object({
  status: v.picklist(['ready', 'not-ready']),
  cluster: v.string(),
  startedAt: v.string(),
  time: v.string(),
  checks: v.array(checkResult),
  nodes: v.record(v.string(), v.number()),
  /** Those that still let somebody join. */
  tickets: v.object({ open: v.number(), bound: v.number() }),
  logEntries: v.number(),
  /** silent: joined and without a report for a day; failing: by the last report; changes: waiting for an operator. */
  reports: v.object({ silent: v.number(), failing: v.number(), changes: v.number() }),
})

export const healthRoutes = {
  health: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/health', reply: healthReply },
  status: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/status', reply: statusReply },
} as const satisfies Record<string, Route>
