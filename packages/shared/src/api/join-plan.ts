import * as v from 'valibot'
import { base64url, shortText } from './fields.ts'
import { nodeFactsReply } from './node.ts'
import type { Route } from './route.ts'

export const joinPlanBody = v.strictObject({
  ticket: v.pipe(v.string(), v.regex(/^[2-9a-km-z]{12}$/)),
  /** Ed25519 over the plan statement, by the ticket's key. */
  signature: base64url(128),
  /** Pin of the key that a join of this machine is under way with. */
  key: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  /** The name that the node believes is its own, and the machine's. */
  node: v.optional(shortText),
  hostname: v.optional(shortText),
})

/** A certificate as the CA would make it for this node now. */
export const plannedCertificate = v.object({
  profile: v.string(),
  /** Id. */
  issuer: v.string(),
  subject: v.string(),
  names: v.array(v.string()),
  /** Seconds. */
  life: v.number(),
  /** Why the CA would refuse it, if it would. */
  refusal: v.optional(v.string()),
})

export const joinPlanReply = v.object({
  ...nodeFactsReply.entries,
  ticket: v.object({
    /** bound: by this machine's own key. */
    state: v.picklist(['open', 'bound']),
    expiresAt: v.string(),
    /** The node has joined before; its identity would be replaced. */
    replacesNode: v.boolean(),
  }),
  certificates: v.array(plannedCertificate),
})

/** What a join would give; nothing is recorded. */
export const joinPlanRoutes = {
  joinPlan: { listener: 'join', method: 'POST', path: '/v1/join/plan', body: joinPlanBody, reply: joinPlanReply },
} as const satisfies Record<string, Route>
