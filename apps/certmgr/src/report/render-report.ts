import type { Terminal } from '@easycerts/adapters/terminal'
import { describeDuration } from '@easycerts/shared/time'
import type { CertificateReport, Report } from './build-report.ts'
import { outageLine } from './first-outage.ts'
import { trustLine } from './report-trust.ts'
import { useCell } from './report-use.ts'

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

const troubleLines = ({ troubles, actions, faults }: Report, until: Until): string[] => {
  const lines = [
    ...troubles.map(({ name, lastFailure }) => `failing: ${name}: ${lastFailure.message}`),
    ...actions.map(({ action, attempts }) =>
      attempts
        ? `action failed: ${action}: ${attempts.lastFailure.message}; again in ${until(attempts.nextAttemptAt)}`
        : `action to be done: ${action}`,
    ),
    ...faults.map((fault) => `bad spec: ${fault}`),
  ]
  return lines.length === 0 ? [] : ['', ...lines]
}
