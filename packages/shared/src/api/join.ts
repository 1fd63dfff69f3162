import * as v from 'valibot'
import { signedTrustSchema } from '../trust/index.ts'
import { firstReceipt, nodeFactsReply } from './node.ts'
import { base64url, csr, pem, shortText } from './fields.ts'
import type { Route } from './route.ts'

export const nonceSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16,64}$/))

export const timeReply = v.object({ time: v.string(), nonce: v.string(), signature: v.string() })

export const joinBody = v.strictObject({
  ticket: v.pipe(v.string(), v.regex(/^[2-9a-km-z]{12}$/)),
  csr,
  /** Ed25519 over the join statement, by the ticket's key. */
  signature: base64url(128),
  /** The name that the node believes is its own; the ticket decides. */
  node: v.optional(shortText),
  /** What the machine calls itself: its name by a ticket for several nodes, unless `node` says it. */
  hostname: v.optional(shortText),
})

export const joinKept = v.object({
  ...nodeFactsReply.entries,
  certificate: pem,
  /** The newest version of the trust document; left out by an older CA. */
  trust: v.optional(signedTrustSchema),
})

export const joinReply = v.object({ ...joinKept.entries, log: firstReceipt })

export const joinRoutes = {
  time: { listener: 'join', method: 'GET', path: '/v1/time', query: v.strictObject({ nonce: nonceSchema }), reply: timeReply },
  join: { listener: 'join', method: 'POST', path: '/v1/join', body: joinBody, kept: joinKept, reply: joinReply },
} as const satisfies Record<string, Route>
