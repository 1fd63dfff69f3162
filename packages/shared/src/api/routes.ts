import * as v from 'valibot'
import * as s from './schemas.ts'

/** The listener that a route belongs to, which decides who may call it. */
export type Listener = 'join' | 'node' | 'operator'

export interface Route {
  readonly listener: Listener
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query?: v.GenericSchema
  readonly body?: v.GenericSchema
  readonly reply: v.GenericSchema
}

const limit = v.optional(v.pipe(v.string(), v.regex(/^\d{1,5}$/)), '1000')
const listQuery = v.strictObject({ limit })

/** The HTTP contract: the servers register from it, the clients type their calls from it. */
export const ROUTES = {
  time: { listener: 'join', method: 'GET', path: '/v1/time', query: v.strictObject({ nonce: s.nonceSchema }), reply: s.timeReply },
  join: { listener: 'join', method: 'POST', path: '/v1/join', body: s.joinBody, reply: s.joinReply },

  node: { listener: 'node', method: 'GET', path: '/v1/node', reply: s.nodeReply },
  certificate: { listener: 'node', method: 'POST', path: '/v1/certificates', body: s.certificateBody, reply: s.certificateReply },
  identityRenew: { listener: 'node', method: 'POST', path: '/v1/identity/renew', body: s.identityRenewBody, reply: s.certificateReply },
  identityConfirm: { listener: 'node', method: 'POST', path: '/v1/identity/confirm', body: s.identityConfirmBody, reply: s.identityConfirmReply },

  ticketCreate: { listener: 'operator', method: 'POST', path: '/v1/tickets', body: s.ticketCreateBody, reply: s.ticketCreateReply },
  ticketList: { listener: 'operator', method: 'GET', path: '/v1/tickets', query: listQuery, reply: s.ticketListReply },
  ticketRevoke: { listener: 'operator', method: 'POST', path: '/v1/tickets/:id/revoke', body: s.ticketRevokeBody, reply: s.ticketSummary },
  adminCertificate: { listener: 'operator', method: 'POST', path: '/v1/admin-certificates', body: s.adminCertificateBody, reply: s.adminCertificateReply },
  nodeList: { listener: 'operator', method: 'GET', path: '/v1/nodes', query: listQuery, reply: s.nodeListReply },
  certificateList: { listener: 'operator', method: 'GET', path: '/v1/certificates', query: listQuery, reply: s.certificateListReply },
  issuerList: { listener: 'operator', method: 'GET', path: '/v1/issuers', reply: s.issuerListReply },
  log: { listener: 'operator', method: 'GET', path: '/v1/log', query: listQuery, reply: s.logReply },
  health: { listener: 'operator', method: 'GET', path: '/v1/health', reply: s.healthReply },
} as const satisfies Record<string, Route>

export type Routes = typeof ROUTES
export type RouteName = keyof Routes

export type RouteBody<Name extends RouteName> = Routes[Name] extends {
  readonly body: infer Schema extends v.GenericSchema
}
  ? v.InferOutput<Schema>
  : undefined

export type RouteQuery<Name extends RouteName> = Routes[Name] extends {
  readonly query: infer Schema extends v.GenericSchema
}
  ? v.InferOutput<Schema>
  : undefined

export type RouteReply<Name extends RouteName> = v.InferOutput<Routes[Name]['reply']>

/** No request is larger; a body beyond it is refused before it is read. */
export const MAX_BODY_OCTETS = 64 * 1024
