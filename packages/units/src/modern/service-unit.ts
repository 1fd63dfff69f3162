import type { CommandLine, Directive, Unit } from '../systemd/index.ts'

export const KUBERNETES_TARGET = 'kubernetes.target'
export const KUBERNETES_SLICE = 'kubernetes.slice'

interface ServiceRow {
  readonly name: string
  readonly description: string
  /** Wanted and waited for; never Requires=, which leaves dependents dead after one time-out. */
  readonly after: readonly string[]
  /** Further lines of [Unit]. */
  readonly conditions?: readonly Directive[]
  readonly type: 'notify' | 'exec'
  readonly user?: string
  /** At least 3, for two starts in ten seconds never reach a start limit set by a drop-in. */
  readonly restartSeconds: number
  readonly command: CommandLine
  /** Further lines of [Service]. */
  readonly service?: readonly Directive[]
  readonly hardening: readonly Directive[]
}

const NETWORK = 'network-online.target'

/** A daemon that never gives up: it is started again however it ended, without a start limit. */
const daemon = (row: ServiceRow, membership: readonly Directive[], install: string): Unit => ({
  name: row.name,
  sections: [
    {
      name: 'Unit',
      directives: [
        ['Description', row.description],
        ...membership,
        ['Wants', [NETWORK, ...row.after].join(' ')],
        ['After', [NETWORK, ...row.after].join(' ')],
        ...(row.conditions ?? []),
        ['StartLimitIntervalSec', '0'],
      ],
    },
    {
      name: 'Service',
      directives: [
        ['Type', row.type],
        ...(row.user === undefined ? [] : ([['User', row.user]] as const)),
        ['ExecStart', row.command],
        ['Restart', 'always'],
        ['RestartSec', String(row.restartSeconds)],
        ...(row.service ?? []),
        ...row.hardening,
      ],
    },
    { name: 'Install', directives: [['WantedBy', install]] },
  ],
})

/** A component of the cluster: starts with kubernetes.target, and stops with it. */
export const kubernetesService = (row: ServiceRow): Unit =>
  daemon(
    { ...row, service: [['Slice', KUBERNETES_SLICE], ...(row.service ?? [])] },
    [
      ['Documentation', 'https://kubernetes.io/docs/'],
      ['PartOf', KUBERNETES_TARGET],
    ],
    KUBERNETES_TARGET,
  )

/** A program of easycerts: it goes on while the cluster is stopped. */
export const easycertsService = (row: ServiceRow): Unit => daemon(row, [], 'multi-user.target')
