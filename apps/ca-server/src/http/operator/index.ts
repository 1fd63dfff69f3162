import type { FastifyInstance } from 'fastify'
import type { Authority } from '../../authority/index.ts'
import { registerReconcileRoutes } from '../reconcile-routes.ts'
import { registerOperatorTrustRoutes } from '../trust-routes.ts'
import { registerBackupRoutes } from './backup-routes.ts'
import { registerCertificateIssueRoutes } from './certificate-issue-routes.ts'
import { registerCertificateRoutes } from './certificate-routes.ts'
import { registerClockRoutes } from './clock-routes.ts'
import { type LookAtHealth, registerHealthRoutes } from './health-routes.ts'
import { type ConfigurationSource, registerConfigurationRoutes } from './configuration-routes.ts'
import { registerExpirationRoutes } from './expiration-routes.ts'
import { registerIssuerRoutes } from './issuer-routes.ts'
import { type LegacyDoorDesk, registerLegacyDoorRoutes } from './legacy-door-routes.ts'
import { registerLogRoutes } from './log-routes.ts'
import { registerNodeChangeRoutes } from './node-change-routes.ts'
import { registerNodeListRoutes } from './node-routes.ts'
import { registerNodeStateRoutes } from './node-state-routes.ts'
import { registerRenewalRoutes } from './renewal-routes.ts'
import { registerRestartLeaseRoutes } from './restart-lease-routes.ts'
import { registerRevocationRoutes, type RevocationDesk } from './revocation-routes.ts'
import { registerTicketRoutes } from './ticket-routes.ts'

export type { ConfigurationSource, LegacyDoorDesk }

/** What the operator's routes reach beside the authority itself. */
export interface OperatorDesks {
  readonly revocation: RevocationDesk
  readonly health: LookAtHealth
  readonly configuration: ConfigurationSource
  readonly legacyDoor: LegacyDoorDesk
}

/** What operators may do; who the operator is, `operator-gate.ts` has established before. */
export const registerOperatorRoutes = (
  server: FastifyInstance,
  authority: Authority,
  { revocation, health, configuration, legacyDoor }: OperatorDesks,
): void => {
  registerConfigurationRoutes(server, configuration)
  registerTicketRoutes(server, authority)
  registerCertificateRoutes(server, authority)
  registerCertificateIssueRoutes(server, authority)
  registerNodeListRoutes(server, authority)
  registerNodeStateRoutes(server, authority, revocation)
  registerNodeChangeRoutes(server, authority)
  registerIssuerRoutes(server, authority)
  registerBackupRoutes(server, authority)
  registerExpirationRoutes(server, authority)
  registerReconcileRoutes(server, authority)
  registerLogRoutes(server, authority)
  registerOperatorTrustRoutes(server, authority)
  registerRenewalRoutes(server, authority)
  registerRevocationRoutes(server, authority, revocation)
  registerRestartLeaseRoutes(server, authority)
  registerLegacyDoorRoutes(server, authority, legacyDoor)
  registerClockRoutes(server, authority)
  registerHealthRoutes(server, authority, health)
}
