import type * as v from 'valibot'
import { backupRoutes } from './backup.ts'
import { certificateIssueRoutes } from './certificate-issue.ts'
import { certificateRoutes } from './certificate.ts'
import { clockRoutes } from './clock.ts'
import { configurationRoutes } from './configuration.ts'
import { expirationRoutes } from './expiration.ts'
import { healthRoutes } from './health.ts'
import { issuerRoutes } from './issuer.ts'
import { joinPlanRoutes } from './join-plan.ts'
import { joinRoutes } from './join.ts'
import { legacyDoorRoutes } from './legacy-door.ts'
import { logRoutes } from './log.ts'
import { nodeListRoutes } from './node-list.ts'
import { nodeReportRoutes } from './node-report.ts'
import { nodeRoutes } from './node.ts'
import { nodeStateRoutes } from './node-state.ts'
import { reconcileRoutes } from './reconcile.ts'
import { renewalRoutes } from './renewal.ts'
import { restartLeaseRoutes } from './restart-lease.ts'
import { returnRoutes } from './return.ts'
import { revocationRoutes } from './revocation.ts'
import { ticketRoutes } from './ticket.ts'
import { trustRoutes } from './trust.ts'

/** The HTTP contract: the servers register from it, the clients type their calls from it. */
export const ROUTES = {
  ...joinRoutes,
  ...joinPlanRoutes,
  ...nodeRoutes,
  ...returnRoutes,
  ...nodeReportRoutes,
  ...ticketRoutes,
  ...certificateRoutes,
  ...certificateIssueRoutes,
  ...nodeListRoutes,
  ...nodeStateRoutes,
  ...issuerRoutes,
  ...logRoutes,
  ...renewalRoutes,
  ...revocationRoutes,
  ...clockRoutes,
  ...backupRoutes,
  ...expirationRoutes,
  ...reconcileRoutes,
  ...configurationRoutes,
  ...healthRoutes,
  ...trustRoutes,
  ...restartLeaseRoutes,
  ...legacyDoorRoutes,
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

/** What a handler gives and the server keeps: the reply without what is made anew for each asking. */
export type RouteKept<Name extends RouteName> = Routes[Name] extends {
  readonly kept: infer Schema extends v.GenericSchema
}
  ? v.InferOutput<Schema>
  : RouteReply<Name>

/** No request is larger; a body beyond it is refused before it is read. */
export const MAX_BODY_OCTETS = 64 * 1024
