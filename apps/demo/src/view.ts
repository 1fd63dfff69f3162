import type { Terminal } from '@easycerts/adapters/terminal'
import { describeDuration } from '@easycerts/shared/time'
import { subjectText, type Watched } from './watch-certificates.ts'

/** The table of one node's certificates, and a line for the rest. */
export const renderView = async (
  terminal: Terminal,
  {
    all,
    restarts,
    now,
  }: { readonly all: readonly Watched[]; readonly restarts: readonly string[]; readonly now: Date },
): Promise<string> => {
  const worker = all.filter(({ node }) => node === 'worker-1')
  const others = all.filter(({ node }) => node !== 'worker-1')
  const table = await terminal.table(
    ['CERTIFICATE', 'SUBJECT', 'SERIAL', 'LEFT', 'RENEWAL IN', 'RENEWED'],
    worker.map((watched) => [
      watched.name,
      subjectText(watched),
      `…${watched.certificate.serialNumber.slice(-8)}`,
      describeDuration(watched.certificate.validity.notAfter.getTime() - now.getTime()),
      describeDuration(Math.max(0, watched.dueAt.getTime() - now.getTime())),
      `${watched.renewals}×`,
    ]),
  )
  const renewals = others.reduce((sum, each) => sum + each.renewals, 0)
  return [
    terminal.paint('bold', 'worker-1'),
    table,
    `${terminal.paint('bold', 'master-1')}  ${others.length} certificates, ${renewals} renewals`,
    ...restarts.slice(-4).map((line) => `  ${line}`),
  ].join('\n')
}

/** One renewal as a line, for logs and pipes. */
export const describeRenewal = (watched: Watched): string =>
  `renewed ${watched.node} ${watched.name} (${subjectText(watched)}), serial …${watched.certificate.serialNumber.slice(-8)}, ` +
  `good for ${describeDuration(watched.certificate.validity.notAfter.getTime() - watched.certificate.validity.notBefore.getTime())}`
