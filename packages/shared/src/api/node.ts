import * as v from 'valibot'
import { clusterFactsSchema, nodeDescriptionSchema, nodeFactsSchema } from '../cluster/index.ts'
import { logClaimSchema, logReceiptSchema } from '../issuance-log/index.ts'
import { base64url, csr, pem, shortText } from './fields.ts'
import { renewalWindow } from './renewal.ts'
import type { Route } from './route.ts'

/** SPKI DER of the key that signs heads of the issuance log. */
const logKey = { publicKey: base64url(128) } as const

/** Where the node's own listener is, and what its cluster trusts. */
export const nodeFactsReply = v.object({
  node: nodeFactsSchema,
  cluster: clusterFactsSchema,
  /** URLs of the mutual-TLS listener. */
  endpoints: v.array(v.string()),
  /** PEM of each purpose's bundle. */
  trustBundles: v.record(v.string(), pem),
  /** Profiles that this node may ask for. */
  profiles: v.array(v.string()),
  time: v.string(),
  /** Left out where the CA has no description of the cluster. */
  description: v.optional(nodeDescriptionSchema),
})

export const nodeReply = v.object({
  ...nodeFactsReply.entries,
  log: v.object({ ...logClaimSchema.entries, ...logKey }),
})

export const certificateBody = v.strictObject({ profile: shortText, csr })

export const certificateKept = v.object({
  certificate: pem,
  /** When the CA wants it renewed; left out by an older CA. */
  renewal: v.optional(renewalWindow),
})

export const certificateReply = v.object({ ...certificateKept.entries, log: logReceiptSchema })

/** A first receipt comes with the key that its head is to be verified with. */
export const firstReceipt = v.object({ ...logReceiptSchema.entries, ...logKey })

export const identityRenewBody = v.strictObject({ csr })

export const identityConfirmBody = v.strictObject({})

export const identityConfirmReply = v.object({ confirmed: v.boolean() })

export const nodeRoutes = {
  node: { listener: 'node', method: 'GET', path: '/v1/node', reply: nodeReply },
  certificate: { listener: 'node', method: 'POST', path: '/v1/certificates', body: certificateBody, kept: certificateKept, reply: certificateReply },
  identityRenew: { listener: 'node', method: 'POST', path: '/v1/identity/renew', body: identityRenewBody, kept: certificateKept, reply: certificateReply },
  identityConfirm: { listener: 'node', method: 'POST', path: '/v1/identity/confirm', body: identityConfirmBody, reply: identityConfirmReply },
} as const satisfies Record<string, Route>
