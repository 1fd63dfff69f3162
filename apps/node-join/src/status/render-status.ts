import type { Terminal } from '@easycerts/adapters/terminal'
import { describeDuration } from '@easycerts/shared/time'
import type { IdentityStatus, NodeStatus, UnitStatus } from './node-status.ts'

/** For people: who this node is, what it holds, and what is wrong. */
export const renderStatus = async (
  status: NodeStatus,
  problems: readonly string[],
  terminal: Terminal,
  now: Date,
): Promise<string> => {
  const left = (instant: Date | undefined): string =>
    instant ? describeDuration(instant.getTime() - now.getTime()) : '-'
  const table = async (head: readonly string[], rows: readonly (readonly string[])[]) =>
    rows.length === 0 ? [] : ['', await terminal.table(head, rows)]
  return [
    ...headLines(status, left),
    ...(await table(
      ['CERTIFICATE', 'COMPONENT', 'STATE', 'LEFT', 'FILE'],
      status.certificates.map(({ profile, component, state, notAfter, path }) => [
        profile,
        component,
        state,
        left(notAfter),
        path,
      ]),
    )),
    ...(await table(
      ['TRUST BUNDLE', 'STATE', 'ENTRIES', 'FILE'],
      status.bundles.map(({ purpose, state, entries, path }) => [
        purpose,
        state,
        String(entries),
        path,
      ]),
    )),
    ...(await table(
      ['KUBECONFIG', 'STATE'],
      status.kubeconfigs.map(({ path, state }) => [path, state]),
    )),
    ...(await table(
      ['UNIT', 'INSTALLED', 'ENABLED', 'RUNNING', 'MISSING'],
      status.units.map(unitRow),
    )),
    '',
    ...(problems.length === 0 ? ['All is well.'] : problems.map((text) => `wrong: ${text}`)),
  ].join('\n')
}

const headLines = (
  { identity, holder, log, trust }: NodeStatus,
  left: (instant: Date | undefined) => string,
): string[] => [
  `node      ${nodeText(identity)}`,
  `identity  ${identity.state}${identity.reason === undefined ? '' : `: ${identity.reason}`}${identity.notAfter ? `, ${left(identity.notAfter)} left, serial ${identity.serialNumber ?? '-'}` : ''}`,
  `in use    ${holder ? `by process ${holder.pid} since ${holder.since}` : 'by no process'}`,
  `log       ${log ? `${log.size} entries seen, epoch ${log.epoch}` : 'nothing seen'}`,
  `trust     ${trust ? `version ${trust.version}, epoch ${trust.epoch}` : 'no document'}`,
]

const nodeText = ({ node, role, cluster }: IdentityStatus): string =>
  node === undefined ? 'has not joined' : `${node}, ${role ?? '?'} of cluster ${cluster ?? '?'}`

const unitRow = ({ unit, isInstalled, isEnabled, isActive, missingProgram }: UnitStatus) => [
  unit,
  yesNo(isInstalled),
  yesNo(isEnabled),
  yesNo(isActive),
  missingProgram ?? '-',
]

const yesNo = (value: boolean | undefined): string =>
  value === undefined ? '-' : value ? 'yes' : 'no'
