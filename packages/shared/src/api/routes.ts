import type * as v from 'valibot'
import { certificateRoutes } from './certificate.ts'
import { healthRoutes } from './health.ts'
import { issuerRoutes } from './issuer.ts'
import { joinRoutes } from './join.ts'
import { logRoutes } from './log.ts'
import { nodeListRoutes } from './node-list.ts'
import { nodeRoutes } from './node.ts'
import { ticketRoutes } from './ticket.ts'

/** The HTTP contract: the servers register from it, the clients type their calls from it. */
export const ROUTES = {
  ...joinRoutes,
  ...nodeRoutes,
  ...ticketRoutes,
  ...certificateRoutes,
  ...nodeListRoutes,
  ...issuerRoutes,
  ...logRoutes,
  ...healthRoutes,
} as const

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
