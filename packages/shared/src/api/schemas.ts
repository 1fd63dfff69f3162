import * as v from 'valibot'
import { clusterFactsSchema, nodeFactsSchema, ROLES } from '../cluster/index.ts'

// Bounds against hostile input: an RSA-4096 request with a long SAN list is below 8 KiB.
const csr = v.pipe(v.string(), v.minLength(1), v.maxLength(16_384))
const pem = v.pipe(v.string(), v.maxLength(1 << 20))
const base64url = (maxLength: number) =>
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.maxLength(maxLength))
const shortText = v.pipe(v.string(), v.minLength(1), v.maxLength(253))
export const nonceSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16,64}$/))

export const timeReply = v.object({ time: v.string(), nonce: v.string(), signature: v.string() })

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

export const joinBody = v.strictObject({
  ticket: v.pipe(v.string(), v.regex(/^[2-9a-km-z]{12}$/)),
  csr,
  /** Ed25519 over the join statement, by the ticket's key. */
  signature: base64url(128),
  /** The name that the node believes is its own; the ticket decides. */
  node: v.optional(shortText),
})

export const joinReply = v.object({ ...nodeReply.entries, certificate: pem })

export const certificateBody = v.strictObject({ profile: shortText, csr })
export const certificateReply = v.object({ certificate: pem })

export const identityRenewBody = v.strictObject({ csr })
export const identityConfirmBody = v.strictObject({})
export const identityConfirmReply = v.object({ confirmed: v.boolean() })

export const ticketBody = v.strictObject({
  node: shortText,
  role: v.picklist(ROLES),
  /** DNS names and addresses of the node. */
  hosts: v.pipe(v.array(shortText), v.maxLength(32)),
  clusterAdmin: v.boolean(),
  ttl: shortText,
  replace: v.boolean(),
})
/** The line itself is made by the command: the server never sees the seed. */
export const ticketCreateBody = v.strictObject({ ...ticketBody.entries, publicKey: base64url(128) })
export const ticketCreateReply = v.object({
  id: v.string(),
  pins: v.array(v.string()),
  endpoints: v.array(v.string()),
  expiresAt: v.string(),
})

export const ticketSummary = v.object({
  id: v.string(),
  node: v.string(),
  role: v.string(),
  state: v.picklist(['open', 'bound', 'spent', 'expired', 'revoked']),
  clusterAdmin: v.boolean(),
  createdAt: v.string(),
  expiresAt: v.string(),
})
export const ticketListReply = v.object({ tickets: v.array(ticketSummary) })
export const ticketRevokeBody = v.strictObject({})

export const adminCertificateBody = v.strictObject({
  csr,
  user: shortText,
  groups: v.pipe(v.array(shortText), v.maxLength(8)),
  ttl: shortText,
})
export const adminCertificateReply = v.object({
  certificate: pem,
  cluster: clusterFactsSchema,
  serverCa: pem,
})

export const nodeSummary = v.object({
  name: v.string(),
  role: v.string(),
  state: v.picklist(['joining', 'joined']),
  hosts: v.array(v.string()),
  clusterAdmin: v.boolean(),
  identityNotAfter: v.nullable(v.string()),
  lastSeenAt: v.nullable(v.string()),
})
export const nodeListReply = v.object({ nodes: v.array(nodeSummary) })

export const certificateSummary = v.object({
  issuer: v.string(),
  serialNumber: v.string(),
  profile: v.string(),
  subject: v.string(),
  requester: v.string(),
  state: v.picklist(['intended', 'issued', 'abandoned']),
  notBefore: v.string(),
  notAfter: v.string(),
})
export const certificateListReply = v.object({ certificates: v.array(certificateSummary) })

export const issuerSummary = v.object({
  id: v.string(),
  purpose: v.string(),
  algorithm: v.string(),
  pin: v.string(),
  notAfter: v.string(),
})
export const issuerListReply = v.object({ issuers: v.array(issuerSummary) })

export const logEntry = v.object({
  sequence: v.number(),
  at: v.string(),
  kind: v.string(),
  actor: v.string(),
  body: v.record(v.string(), v.unknown()),
})
export const logReply = v.object({ entries: v.array(logEntry) })

export const healthReply = v.object({ status: v.literal('ok') })
