import { counter, gauge, type MetricRegistry, type MetricRow } from '@easycerts/adapters/metrics'

/** Seconds; durable issuance takes some 10 ms, the deadline is 25 s. */
const LATENCIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 25]
/** A commit carries 128 works at most. */
const WORKS = [1, 2, 4, 8, 16, 32, 64, 128]

/** Every metric of our own, none with a label that grows with nodes, addresses, tickets or users; `docs/metrics.md` lists the same, and a test compares them. */
export const METRICS = {
  easycerts_certificates_issued_total: counter('Certificates issued', 'profile', 'issuer'),
  easycerts_refusals_total: counter('Requests for a certificate that were refused', 'rule', 'code'),
  easycerts_revocations_total: counter('Certificates revoked', 'issuer', 'reason'),
  easycerts_ticket_proofs_refused_total: counter('Proofs of tickets that were none', 'reason'),
  easycerts_ticket_alarms_total: counter('Tickets guessed, or claimed by a second key', 'kind'),
  easycerts_ticket_plans_total: counter('Questions what a ticket is worth', 'outcome'),
  easycerts_policy_reloads_total: counter('Reloads of the configuration by SIGHUP', 'outcome'),
  easycerts_http_requests_total: counter(
    'Requests answered',
    'listener',
    'route',
    'method',
    'status',
  ),
  easycerts_http_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time from a request to its answer',
    labels: ['listener', 'route'],
    buckets: LATENCIES,
  },
  easycerts_http_rate_limited_total: counter('Requests refused by a limit', 'listener'),
  easycerts_http_connections: gauge('Open connections', 'listener'),
  easycerts_http_connections_refused_total: counter('Connections closed by a limit', 'listener'),
  easycerts_commit_works: {
    kind: 'histogram',
    help: 'Works that shared a commit',
    labels: [],
    buckets: WORKS,
  },
  easycerts_commit_duration_seconds: {
    kind: 'histogram',
    help: 'Time that a commit took, with its flush to the disk',
    labels: [],
    buckets: LATENCIES,
  },
  easycerts_commit_failures_total: counter('Commits that failed'),
  easycerts_log_entries: gauge('Entries of the issuance log'),
  easycerts_issuer_not_after_seconds: gauge('End of an issuer, Unix time', 'issuer'),
  easycerts_server_certificate_not_after_seconds: gauge(
    'End of the server’s own TLS certificate, Unix time',
  ),
  easycerts_crl_next_update_seconds: gauge('nextUpdate of the CRL, Unix time', 'issuer'),
  easycerts_trust_version: gauge('Newest version of the trust document'),
  easycerts_trust_issued_seconds: gauge('When that version was made, Unix time'),
  easycerts_trust_expires_seconds: gauge('When its users begin to warn, Unix time'),
  easycerts_identity_alarms_total: counter(
    'Identities used by somebody who should not have them',
    'kind',
  ),
  easycerts_nodes_shut_out_total: counter('Nodes that lost their access', 'state'),
  easycerts_nodes: gauge('Nodes in the records', 'state'),
  easycerts_nodes_silent: gauge('Joined nodes without a report for a day'),
  easycerts_nodes_failing: gauge('Joined nodes whose last report names a failure'),
  easycerts_node_changes_pending: gauge('Changes of nodes that wait for an operator'),
  easycerts_restart_leases: gauge('Leases for restarts that are held', 'component'),
  easycerts_tickets: gauge('Tickets that still let somebody join', 'state'),
  easycerts_backup_seconds: gauge('When the last backup was made, Unix time; 0 if never'),
  easycerts_maintenance_failures_total: counter(
    'Failed runs of what the server does by itself',
    'task',
  ),
  easycerts_maintenance_success_seconds: gauge(
    'Last success of what the server does by itself, Unix time',
    'task',
  ),
  easycerts_clock_held: gauge('1 while the clock is not trusted and nothing is issued'),
  easycerts_draining: gauge('1 while the server finishes what was begun and takes no more'),
} as const satisfies Record<string, MetricRow>

export type MetricName = keyof typeof METRICS

export type ServerMetrics = MetricRegistry<MetricName>
