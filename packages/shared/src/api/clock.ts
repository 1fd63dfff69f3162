import * as v from 'valibot'
import type { Route } from './route.ts'

export const clockReply = v.object({
  /** good, or why nothing is issued. */
  state: v.picklist(['good', 'behind', 'jumped']),
  /** How far it is off, for people; null while it is good. */
  by: v.nullable(v.string()),
  /** The clock of the server. */
  now: v.string(),
  /** The last instant that was believed; null before the first issuance. */
  believedAt: v.nullable(v.string()),
})

export const clockAcceptBody = v.strictObject({})

export const clockAcceptReply = v.object({
  /** What the clock was before: accepting a good one changes nothing. */
  state: v.picklist(['good', 'behind', 'jumped']),
  before: v.nullable(v.string()),
  after: v.string(),
})

export const clockRoutes = {
  clock: { listener: 'operator', method: 'GET', path: '/v1/clock', reply: clockReply },
  clockAccept: { listener: 'operator', method: 'POST', path: '/v1/clock/accept', body: clockAcceptBody, reply: clockAcceptReply },
} as const satisfies Record<string, Route>
