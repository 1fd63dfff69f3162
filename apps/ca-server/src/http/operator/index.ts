import type { FastifyInstance } from 'fastify'
import type { Authority } from '../../authority/index.ts'
import { registerRoute } from '../register-route.ts'
import { registerCertificateRoutes } from './certificate-routes.ts'
import { registerIssuerRoutes } from './issuer-routes.ts'
import { registerLogRoutes } from './log-routes.ts'
import { registerNodeListRoutes } from './node-routes.ts'
import { registerTicketRoutes } from './ticket-routes.ts'

/** What whoever may open the operator's socket may do. `operator` names the socket's owner for the log. */
export const registerOperatorRoutes = (
  server: FastifyInstance,
  authority: Authority,
  operator: string,
): void => {
  registerTicketRoutes(server, authority, operator)
  registerCertificateRoutes(server, authority, operator)
  registerNodeListRoutes(server, authority)
  registerIssuerRoutes(server, authority)
  registerLogRoutes(server, authority)
  registerRoute(server, 'health', () => Promise.resolve({ status: 'ok' }))
}
