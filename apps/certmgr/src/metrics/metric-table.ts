import { counter, gauge, type MetricRegistry, type MetricRow } from '@easycerts/adapters/metrics'

/**
 * Every metric of certmgr; `docs/certmgr-metrics.md` lists the same, and a test compares them. The
 * first six are those of Cloudflare's certmgr, whose dashboards go on working; `name` is there the path of
 * the spec, and elsewhere its name.
 */
export const METRICS = {
  certmgr_spec_expire_timestamp: gauge('End of the certificate, Unix time', 'name', 'type'),
  certmgr_spec_expire_before_duration_seconds: gauge(
    'How long before its end a certificate is renewed',
    'name',
  ),
  certmgr_spec_spec_next_wake_timestamp: gauge(
    'When the spec will be renewed or tried again, Unix time',
    'name',
  ),
  certmgr_spec_write_count: counter('Times that the files of the spec were written', 'name'),
  certmgr_spec_write_failure_count: counter('Failures to write the files of the spec', 'name'),
  certmgr_spec_request_failure_count: counter('Failures to get a certificate', 'name'),
  easycerts_certmgr_outage_days: gauge('Days until the first outage if the CA stays down'),
  easycerts_certmgr_well: gauge('1 if status finds nothing to complain of'),
  easycerts_certmgr_certificate_not_after_seconds: gauge(
    'End of the certificate on the disk, Unix time',
    'name',
    'group',
  ),
  easycerts_certmgr_certificate_next_renewal_seconds: gauge(
    'When it will be renewed or tried again, Unix time',
    'name',
    'group',
  ),
  easycerts_certmgr_certificates: gauge('Certificates by state', 'state'),
  easycerts_certmgr_identity_not_after_seconds: gauge('End of the node’s identity, Unix time'),
  easycerts_certmgr_trust_expires_seconds: gauge('When the trust document grows old, Unix time'),
  easycerts_certmgr_ca: gauge('1 for the state in which the CA is', 'state'),
  easycerts_certmgr_renewals_total: counter('Renewals and new trust bundles', 'name'),
  easycerts_certmgr_failures_total: counter('Failures', 'name', 'code'),
  easycerts_certmgr_failures_in_a_row: gauge('Failures since the last success', 'name'),
  easycerts_certmgr_actions_total: counter('Actions run', 'outcome'),
  easycerts_certmgr_actions_pending: gauge('Actions that are still to be done'),
  easycerts_certmgr_spec_faults: gauge('Faults of specs that cannot be used'),
  easycerts_certmgr_last_pass_seconds: gauge('When the last pass ended, Unix time'),
} as const satisfies Record<string, MetricRow>

export type CertmgrMetrics = MetricRegistry<keyof typeof METRICS>
