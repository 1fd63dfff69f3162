import * as v from 'valibot'
import { clusterFactsSchema, nodeFactsSchema } from '../cluster/index.ts'
import { csr, pem, shortText } from './fields.ts'
import type { Route } from './route.ts'

/** Where the node's own listener is, and what its cluster trusts. */
export const nodeReply = v.object({
  node: nodeFactsSchema,
  cluster: clusterFactsSchema,
  /** URLs of the mutual-TLS listener. */
  endpoints: v.array(v.string()),
  /** PEM of each purpose's bundle. */
  trustBundles: v.record(v.string(), pem),
  /** Profiles that this node may ask for. */
  profiles: v.array(v.string()),
  time: v.string(),
})

export const certificateBody = v.strictObject({ profile: shortText, csr })

export const certificateReply = v.object({ certificate: pem })

export const identityRenewBody = v.strictObject({ csr })

export const identityConfirmBody = v.strictObject({})

export const identityConfirmReply = v.object({ confirmed: v.boolean() })

export const nodeRoutes = {
  node: { listener: 'node', method: 'GET', path: '/v1/node', reply: nodeReply },
  certificate: { listener: 'node', method: 'POST', path: '/v1/certificates', body: certificateBody, reply: certificateReply },
  identityRenew: { listener: 'node', method: 'POST', path: '/v1/identity/renew', body: identityRenewBody, reply: certificateReply },
  identityConfirm: { listener: 'node', method: 'POST', path: '/v1/identity/confirm', body: identityConfirmBody, reply: identityConfirmReply },
} as const satisfies Record<string, Route>
