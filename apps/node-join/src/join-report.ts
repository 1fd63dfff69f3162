import type { Terminal } from '@easycerts/adapters/terminal'
import { describeDuration } from '@easycerts/shared/time'
import type { ObtainedCertificate } from './steps/obtain-certificates.ts'
import type { StartedServices } from './steps/start-services.ts'

/** What a join came to. */
export interface JoinReport {
  readonly node: string
  readonly role: string
  readonly cluster: string
  readonly certificates: readonly ObtainedCertificate[]
  /** Files that are not as they were before, as the node sees them. */
  readonly changedFiles: readonly string[]
  readonly services: StartedServices
  readonly warnings: readonly string[]
}

/** For people: one line, a table, and what is left to do. */
export const renderReport = async (
  report: JoinReport,
  terminal: Terminal,
  now: Date,
): Promise<string> => {
  const { node, role, cluster, certificates, services } = report
  const rows = certificates.map(({ profile, state, notAfter, path }) => [
    profile,
    state,
    `in ${describeDuration(notAfter.getTime() - now.getTime())}`,
    path,
  ])
  return [
    `${role} ${node} has joined cluster ${cluster}.`,
    '',
    await terminal.table(['CERTIFICATE', 'STATE', 'EXPIRES', 'FILE'], rows),
    ...services.skipped.map(({ unit, reason }) => `${unit}: not started, ${reason}`),
  ].join('\n')
}
