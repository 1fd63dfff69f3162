import type { NodeStandingReply } from '@easycerts/shared/api'
import { describeDuration, seconds } from '@easycerts/shared/time'
import type { CommandContext } from './command-context.ts'
import { describeInstant } from './describe-instant.ts'
import { describeChange } from './node-changes.ts'

type Report = NonNullable<NodeStandingReply['report']>

/** What a node last told of itself, and what it asks for, as rows of a name and a value. */
export const rowsOfStanding = (
  context: CommandContext,
  { report, change }: NodeStandingReply,
): (readonly [string, string])[] => [
  ...(report ? rowsOfReport(context, report) : ([['Report', 'none yet']] as const)),
  ...(change
    ? ([
        [
          'Asks for',
          `${describeChange(change.added, change.gone)} (change ${change.id}, ${describeInstant(context, change.since)}: ${change.why})`,
        ],
      ] as const)
    : []),
]

const rowsOfReport = (context: CommandContext, report: Report): (readonly [string, string])[] => {
  const { machine, trust, certificates, bundles, failures, hints } = report
  return [
    ['Report', describeInstant(context, report.receivedAt)],
    ['Versions', `easycerts ${report.easycerts}, Kubernetes ${report.kubernetes ?? 'unknown'}`],
    ['Machine', [machine.name ?? '-', ...machine.addresses].join(' ')],
    ['Clock', clockOf(report)],
    ['Trust document', trust ? `epoch ${trust.epoch}, version ${trust.version}` : 'none on disk'],
    ['On disk', `${present(certificates)} certificates, ${present(bundles)} bundles`],
    ['Loaded', loadedOf(certificates)],
    ['Failures', failures.map(({ name, code }) => `${name}: ${code}`).join(', ') || 'none'],
    ...(hints.includes('rejoin-for-units')
      ? ([['To do', 'run node-join again on it: its units name an old address']] as const)
      : []),
  ]
}

const present = (each: readonly { readonly onDisk: unknown }[]): string =>
  `${each.filter(({ onDisk }) => onDisk !== null).length} of ${each.length}`

/** Of the certificates whose components were looked at, those that serve what lies on the disk. */
const loadedOf = (certificates: Report['certificates']): string => {
  const seen = certificates.filter(({ loaded }) => loaded !== null)
  const current = seen.filter(({ loaded, onDisk }) => loaded?.serialNumber === onDisk?.serialNumber)
  return seen.length === 0 ? 'not proved' : `${current.length} of ${seen.length} certificates seen`
}

const clockOf = ({ clockOffset }: Report): string => {
  if (clockOffset === null) return 'unknown'
  const by = describeDuration(Math.abs(clockOffset) * seconds(1))
  return clockOffset === 0 ? 'as the CA’s' : `${by} ${clockOffset > 0 ? 'ahead' : 'behind'}`
}
