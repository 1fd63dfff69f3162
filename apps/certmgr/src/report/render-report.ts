import type { Terminal } from '@easycerts/adapters/terminal'
import { describeDuration } from '@easycerts/shared/time'
import type { CertificateReport, Report } from './build-report.ts'
import { outageLine } from './first-outage.ts'
import { putBackLine } from './report-generations.ts'
import { trustLine } from './report-trust.ts'
import { bundleLines, useCell } from './report-use.ts'

const HEAD = ['CERTIFICATE', 'GROUP', 'SUBJECT', 'LEFT', 'NEXT', 'STATE', 'IN USE', 'LAST ERROR']

/** Status for people: what is true, what will be done when, and what fails. */
export const renderReport = async (
  terminal: Terminal,
  report: Report,
  now: Date,
): Promise<string> => {
  const until = (instant: Date | undefined): string =>
    instant ? describeDuration(instant.getTime() - now.getTime()) : '-'
  const lines = [
    daemonLine(report, until),
    ...(report.identity.state === 'none'
      ? []
      : [identityLine(report, until), caLine(report, until), trustLine(report.trust, until)]),
    ...(report.firstOutage ? [outageLine(report.firstOutage, until)] : []),
  ]
  const rows = report.certificates.map((certificate) => rowOf(certificate, until))
  const table =
    rows.length === 0 ? 'No certificate is specified.' : await terminal.table(HEAD, rows)
  return [...lines, '', table, ...troubleLines(report, until)].join('\n')
}

type Until = (instant: Date | undefined) => string

const rowOf = (each: CertificateReport, until: Until): string[] => [
  each.name,
  each.group,
  each.subject ?? '-',
  until(each.notAfter),
  nextOf(each, until),
  each.reason === undefined || each.reason === each.state
    ? each.state
    : `${each.state} (${each.reason})`,
  useCell(each.inUse, until),
  each.lastFailure ? `${each.lastFailure.message} (${each.failures} in a row)` : '-',
]

const nextOf = ({ nextRenewalAt }: CertificateReport, until: Until): string => {
  const text = until(nextRenewalAt)
  return text.startsWith('-') || text === '0s' ? 'now' : text
}

const daemonLine = ({ daemon }: Report, until: Until): string =>
  daemon.state === 'running'
    ? `certmgr   running for ${until(daemon.since).replace(/^-/, '')} (process ${daemon.pid ?? '?'})`
    : 'certmgr   not running'

const identityLine = ({ identity }: Report, until: Until): string => {
  if (identity.state === 'missing') return 'identity  missing: this node has not joined'
  const { node = 'unknown', state, notAfter, nextRenewalAt, lastFailure } = identity
  const failure = lastFailure ? `: ${lastFailure.message}` : ''
  return `identity  ${node}, ${until(notAfter)} left, renewal in ${until(nextRenewalAt)}, ${state}${failure}`
}

const caLine = ({ ca }: Report, until: Until): string => {
  const since = ca.since ? ` for ${until(ca.since).replace(/^-/, '')}` : ''
  const failure = ca.lastFailure ? `: ${ca.lastFailure.message}` : ''
  return `CA        ${ca.state}${since}${failure}`
}

const troubleLines = (
  { certificates, bundles, troubles, actions, faults }: Report,
  until: Until,
): string[] => {
  const lines = [
    ...certificates.flatMap(({ name, putBack }) =>
      putBack ? [putBackLine(name, putBack, until)] : [],
    ),
    ...bundles.flatMap(bundleLines),
    ...troubles.map(({ name, lastFailure }) => `failing: ${name}: ${lastFailure.message}`),
    ...actions.map(({ action, attempts, waits }) =>
      attempts
        ? `action failed: ${action}: ${attempts.lastFailure.message}; again in ${until(attempts.nextAttemptAt)}`
        : waits
          ? `action waits: ${action}: ${waitWords(waits)}; asked again in ${until(waits.until)}`
          : `action to be done: ${action}`,
    ),
    ...faults.map((fault) => `bad spec: ${fault}`),
  ]
  return lines.length === 0 ? [] : ['', ...lines]
}

type Waits = NonNullable<Report['actions'][number]['waits']>

const waitWords = ({ reason, nodes }: Waits): string =>
  nodes.length === 0 ? reason : `${reason}: ${nodes.join(', ')}`
