import * as v from 'valibot'
import { ROLES } from '../cluster/index.ts'
import { base64url, shortText } from './fields.ts'
import { pageQuery, pageReply } from './pagination.ts'
import type { Route } from './route.ts'

const MAX_USES = 1000
/** Tickets of one request at most: some 300 octets each. */
export const MAX_TICKETS = 2000
const MAX_TICKETS_OCTETS = 2 * 1024 * 1024

const sha256Hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits in lower case'))

export const ticketBody = v.strictObject({
  /** A node's name, or a pattern of names: worker-*, worker-{01..40}. */
  node: shortText,
  role: v.picklist(ROLES),
  /** DNS names and addresses of the node. */
  hosts: v.pipe(v.array(shortText), v.maxLength(32)),
  clusterAdmin: v.boolean(),
  ttl: shortText,
  replace: v.boolean(),
  /** How many nodes may join by it; only with a pattern more than one. */
  uses: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_USES))),
  /** SHA-256 of the SPKI of the only key that may join by it. */
  keyPin: v.optional(sha256Hex),
  /** SHA-256 of the DER of the only request that may. */
  requestSha256: v.optional(sha256Hex),
})

/** The line itself is made by the command: the server never sees the seed. */
export const ticketCreateBody = v.strictObject({ ...ticketBody.entries, publicKey: base64url(128) })

export const ticketCreateReply = v.object({
  id: v.string(),
  pins: v.array(v.string()),
  endpoints: v.array(v.string()),
  expiresAt: v.string(),
})

export const ticketsCreateBody = v.strictObject({
  tickets: v.pipe(v.array(ticketCreateBody), v.minLength(1), v.maxLength(MAX_TICKETS)),
})

/** Either all tickets, in the order of the wishes, or every fault and no ticket. */
export const ticketsCreateReply = v.object({
  tickets: v.array(ticketCreateReply),
  faults: v.array(v.object({ index: v.number(), code: v.string(), message: v.string() })),
})

const STATES = ['open', 'bound', 'spent', 'expired', 'revoked'] as const

export const ticketSummary = v.object({
  id: v.string(),
  node: v.string(),
  role: v.string(),
  state: v.picklist(STATES),
  clusterAdmin: v.boolean(),
  uses: v.number(),
  usesTaken: v.number(),
  requiredKey: v.nullable(v.string()),
  requiredRequest: v.nullable(v.string()),
  createdAt: v.string(),
  expiresAt: v.string(),
})

const ticketUse = v.object({
  node: v.string(),
  keyPin: v.string(),
  /** Null where the schema of the time did not say. */
  boundAt: v.nullable(v.string()),
  confirmedAt: v.nullable(v.string()),
})

export const ticketShowReply = v.object({
  ...ticketSummary.entries,
  hosts: v.array(v.string()),
  replace: v.boolean(),
  revokedAt: v.nullable(v.string()),
  nodes: v.array(ticketUse),
})

export const ticketListQuery = v.strictObject({
  ...pageQuery,
  state: v.optional(v.picklist(STATES)),
  node: v.optional(shortText),
  role: v.optional(v.picklist(ROLES)),
})

export const ticketListReply = v.object({ tickets: v.array(ticketSummary), ...pageReply })

export const ticketRevokeBody = v.strictObject({})

/** Those for one node, or all that still let somebody join. */
export const ticketRevokeOpenBody = v.union([v.strictObject({ node: shortText }), v.strictObject({ all: v.literal(true) })])

export const ticketRevokeOpenReply = v.object({ tickets: v.array(v.string()) })

export const ticketRoutes = {
  ticketCreate: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/tickets', body: ticketCreateBody, reply: ticketCreateReply },
  ticketsCreate: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/ticket-lists', body: ticketsCreateBody, maxBodyOctets: MAX_TICKETS_OCTETS, reply: ticketsCreateReply },
  ticketList: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/tickets', query: ticketListQuery, reply: ticketListReply },
  ticketShow: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/tickets/:id', reply: ticketShowReply },
  ticketRevoke: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/tickets/:id/revoke', body: ticketRevokeBody, reply: ticketSummary },
  ticketRevokeOpen: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/ticket-revocations', body: ticketRevokeOpenBody, reply: ticketRevokeOpenReply },
} as const satisfies Record<string, Route>
