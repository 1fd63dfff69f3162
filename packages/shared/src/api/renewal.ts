import * as v from 'valibot'
import { shortText } from './fields.ts'
import type { Route } from './route.ts'

/** Certificates that one call may ask for. */
export const MAX_RENEWAL_QUESTIONS = 32

const certificateIds = v.pipe(
  v.string(),
  v.maxLength(4096),
  v.regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(,[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)*$/, 'ids of certificates (RFC 9773), separated by commas'),
  v.check((text) => text.split(',').length <= MAX_RENEWAL_QUESTIONS, `at most ${MAX_RENEWAL_QUESTIONS} certificates`),
)

export const renewalWindow = v.object({ start: v.pipe(v.string(), v.isoTimestamp()), end: v.pipe(v.string(), v.isoTimestamp()) })

export const renewalInformationReply = v.object({
  /** One for each certificate that is the node's own; others are left out. */
  suggestions: v.array(
    v.object({
      certificate: v.string(),
      ...renewalWindow.entries,
      /** Why it is asked for early. */
      reason: v.optional(v.string()),
      /** The certificate says other names than the node has now; its renewal is wanted at once. */
      namesChanged: v.optional(v.boolean()),
    }),
  ),
  /** Seconds after which to ask again. */
  retryAfter: v.pipe(v.number(), v.minValue(0)),
})

const orderFilter = v.strictObject({
  node: v.optional(shortText),
  profile: v.optional(shortText),
  issuer: v.optional(shortText),
  serialNumber: v.optional(v.pipe(v.string(), v.regex(/^([0-9a-f]{2}){1,20}$/))),
})

export const renewalOrderBody = v.strictObject({ filter: orderFilter, by: shortText, reason: v.pipe(v.string(), v.maxLength(200)) })

export const renewalOrderSummary = v.object({
  id: v.string(),
  filter: v.object(orderFilter.entries),
  reason: v.string(),
  orderedBy: v.string(),
  orderedAt: v.string(),
  deadline: v.string(),
  state: v.picklist(['running', 'done', 'late', 'cancelled', 'ended']),
  /** Certificates that the order concerns, and how many of them have a successor. */
  concerned: v.number(),
  replaced: v.number(),
  /** The first of those that have none yet. */
  remaining: v.array(v.object({ node: v.string(), profile: v.string() })),
})

export const renewalOrderListReply = v.object({ orders: v.array(renewalOrderSummary) })

export const renewalRoutes = {
  renewalInformation: { listener: 'node', method: 'GET', path: '/v1/renewal-information', query: v.strictObject({ certificates: certificateIds }), reply: renewalInformationReply },
  renewalOrder: { listener: 'operator', method: 'POST', path: '/v1/renewal-orders', body: renewalOrderBody, reply: renewalOrderSummary },
  renewalOrderList: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/renewal-orders', reply: renewalOrderListReply },
  renewalOrderCancel: { listener: 'operator', method: 'POST', path: '/v1/renewal-orders/:id/cancel', body: v.strictObject({}), reply: renewalOrderSummary },
} as const satisfies Record<string, Route>
