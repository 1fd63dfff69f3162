import { days } from '@easycerts/shared/time'
import type { Tally } from '../pass/index.ts'
import type { CertificateReport, Report } from '../report/index.ts'
import { collectSpecMetrics, type SpecMetricSources } from './collect-spec-metrics.ts'
import type { CertmgrMetrics } from './metric-table.ts'
import { unixTime } from './unix-time.ts'

/** What the metrics are made of. */
export interface MetricSources extends SpecMetricSources {
  readonly report: Report
  readonly tally: Tally
  readonly now: Date
}

const CERTIFICATE_STATES = ['good', 'due', 'failing', 'expired', 'missing', 'unreadable'] as const
const CA_STATES = ['unknown', 'reachable', 'away', 'distrusted'] as const

/** Everything anew, so that a spec that is gone leaves nothing behind. */
export const collectMetrics = (metrics: CertmgrMetrics, sources: MetricSources): void => {
  collectSpecMetrics(metrics, sources)
  collectCertificates(metrics, sources.report.certificates)
  collectNode(metrics, sources)
  collectTally(metrics, sources.tally)
}

const collectCertificates = (
  { set }: CertmgrMetrics,
  certificates: readonly CertificateReport[],
): void => {
  const at = (pick: (certificate: CertificateReport) => Date | undefined) =>
    certificates.flatMap((certificate) => {
      const { name, group } = certificate
      const instant = pick(certificate)
      return instant ? [[{ name, group }, unixTime(instant)] as const] : []
    })
  set(
    'easycerts_certmgr_certificate_not_after_seconds',
    at(({ notAfter }) => notAfter),
  )
  set(
    'easycerts_certmgr_certificate_next_renewal_seconds',
    at(({ nextRenewalAt }) => nextRenewalAt),
  )
  set(
    'easycerts_certmgr_certificates',
    CERTIFICATE_STATES.map((state) => [
      { state },
      certificates.filter((certificate) => certificate.state === state).length,
    ]),
  )
  set(
    'easycerts_certmgr_failures_in_a_row',
    certificates.map(({ name, failures }) => [{ name }, failures]),
  )
}

const collectNode = ({ set }: CertmgrMetrics, { report, tally, now }: MetricSources): void => {
  const { firstOutage, identity, trust, ca, actions, faults, isWell } = report
  const one = (value: number | undefined) => (value === undefined ? [] : [[{}, value] as const])
  const time = (instant: Date | undefined) => one(instant && unixTime(instant))
  const left = firstOutage && (firstOutage.at.getTime() - now.getTime()) / days(1)
  set('easycerts_certmgr_outage_days', one(left && Math.max(0, left)))
  set('easycerts_certmgr_well', one(Number(isWell)))
  set('easycerts_certmgr_identity_not_after_seconds', time(identity.notAfter))
  set('easycerts_certmgr_trust_expires_seconds', time(trust.expiresAt))
  set(
    'easycerts_certmgr_ca',
    CA_STATES.map((state) => [{ state }, Number(ca.state === state)]),
  )
  set('easycerts_certmgr_actions_pending', one(actions.length))
  set('easycerts_certmgr_spec_faults', one(faults.length))
  set('easycerts_certmgr_last_pass_seconds', time(tally.passedAt))
}

const collectTally = ({ set }: CertmgrMetrics, { renewed, failed, actions }: Tally): void => {
  set(
    'easycerts_certmgr_renewals_total',
    [...renewed].map(([name, count]) => [{ name }, count]),
  )
  set(
    'easycerts_certmgr_failures_total',
    [...failed].map(([key, count]) => {
      const [name = '', code = ''] = key.split(' ')
      return [{ name, code }, count]
    }),
  )
  set(
    'easycerts_certmgr_actions_total',
    (['done', 'failed'] as const).map((outcome) => [{ outcome }, actions.get(outcome) ?? 0]),
  )
}
