import type { AuthorityListener } from '../authority/index.ts'
import type { ListenerObserver } from '../http/index.ts'
import type { MaintenanceOutcome } from '../maintenance/index.ts'
import type { CommitOutcome } from '../store/sqlite/index.ts'
import type { ServerMetrics } from './metric-table.ts'

/** What the parts of the server tell as it happens. */
export interface Observers {
  readonly authority: AuthorityListener
  readonly listeners: ListenerObserver
  readonly onCommit: (outcome: CommitOutcome) => void
  readonly onMaintenance: (outcome: MaintenanceOutcome) => void
}

const TOO_MANY_REQUESTS = 429

export const createObservers = ({ count, observe }: ServerMetrics): Observers => ({
  authority: {
    issued: ({ profile, issuer }) =>
      count('easycerts_certificates_issued_total', { profile, issuer }),
    refused: ({ rule, code }) => count('easycerts_refusals_total', { rule, code }),
    revoked: ({ issuer, reason }) => count('easycerts_revocations_total', { issuer, reason }),
    proofRefused: ({ reason }) => count('easycerts_ticket_proofs_refused_total', { reason }),
    ticketAlarmed: ({ kind }) => count('easycerts_ticket_alarms_total', { kind }),
    ticketPlanned: ({ outcome }) =>
      count('easycerts_ticket_plans_total', { outcome: outcome === 'shown' ? 'shown' : 'refused' }),
    shutOut: ({ state }) => count('easycerts_nodes_shut_out_total', { state }),
    identityAlarmed: ({ kind }) => count('easycerts_identity_alarms_total', { kind }),
    reloaded: ({ outcome }) => count('easycerts_policy_reloads_total', { outcome }),
  },
  listeners: {
    onServed: ({ listener, route, method, status, seconds }) => {
      const labels = { listener, route, method: knownMethod(method), status: String(status) }
      count('easycerts_http_requests_total', labels)
      observe('easycerts_http_request_duration_seconds', seconds, { listener, route })
      if (status === TOO_MANY_REQUESTS) count('easycerts_http_rate_limited_total', { listener })
    },
    onConnectionRefused: (listener) =>
      count('easycerts_http_connections_refused_total', { listener }),
  },
  onCommit: ({ works, seconds, isDurable }) => {
    observe('easycerts_commit_works', works)
    observe('easycerts_commit_duration_seconds', seconds)
    if (!isDurable) count('easycerts_commit_failures_total')
  },
  onMaintenance: ({ task, failure }) => {
    if (failure !== undefined) count('easycerts_maintenance_failures_total', { task })
  },
})

/** Whatever a client makes up is one label. */
const knownMethod = (method: string): string =>
  ['GET', 'HEAD', 'POST', 'OPTIONS'].includes(method) ? method : 'other'
