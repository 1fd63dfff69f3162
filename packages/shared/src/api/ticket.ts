import * as v from 'valibot'
import { ROLES } from '../cluster/index.ts'
import { base64url, shortText } from './fields.ts'
import { pageQuery, pageReply } from './pagination.ts'
import type { Route } from './route.ts'

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

export const ticketListReply = v.object({ tickets: v.array(ticketSummary), ...pageReply })

export const ticketRevokeBody = v.strictObject({})

export const ticketRoutes = {
  ticketCreate: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/tickets', body: ticketCreateBody, reply: ticketCreateReply },
  ticketList: { listener: 'operator', operatorCertificate: true, method: 'GET', path: '/v1/tickets', query: v.strictObject(pageQuery), reply: ticketListReply },
  ticketRevoke: { listener: 'operator', operatorCertificate: true, method: 'POST', path: '/v1/tickets/:id/revoke', body: ticketRevokeBody, reply: ticketSummary },
} as const satisfies Record<string, Route>
