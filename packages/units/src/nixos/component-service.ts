import type { GeneratedFile } from '../stack/index.ts'
import {
  type CommandLine,
  type Directive,
  environmentVariable,
  literalPath,
  type Unit,
} from '../systemd/index.ts'
import { certificatePath, PATH_DEFECTS } from './certificate-path.ts'
import { type NixosFacts, searchPath } from './nixos-facts.ts'
import {
  nameMissing,
  nameMissingCommand,
  script,
  type Wait,
  waitCommand,
  waitUntil,
} from './scripts.ts'

/** Where a unit stands in the order of the start. */
export interface Place {
  readonly wantedBy: string
  readonly after: readonly string[]
  readonly before?: readonly string[]
}

/** One unit of the stack, in whatever form it is written. */
export interface ComponentService {
  /** Without `.service`. */
  readonly name: string
  readonly description: string
  /** A second name. */
  readonly alias?: string
  /** Started again until it works: an order is but a help. */
  readonly eventual: Place
  /** Held back until what it depends on is there. */
  readonly online: Place
  /** NixOS's own place where it is not that of `online`. */
  readonly source?: Place
  /** Certificates and CAs without which it cannot start. */
  readonly needs?: readonly string[]
  readonly type: 'notify' | 'exec' | 'oneshot'
  readonly user?: string
  /** At least 3, for then no start limit of a drop-in can be reached (five starts in ten seconds). */
  readonly restartSeconds: number
  /** `Restart=` and `RestartSec=` of NixOS, where it has them. */
  readonly sourceRestart?: readonly [string, string]
  /** Readiness of others; only who is held back waits. */
  readonly waits?: readonly Wait[]
  /** NixOS's preStart, whole. */
  readonly sourcePreStart?: readonly string[]
  /** A script that runs before each start. */
  readonly preStart?: GeneratedFile
  /** Programs that it calls by name. */
  readonly programs?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Text is the value of ExecStart= as it is. */
  readonly command: CommandLine | string
  readonly service?: readonly Directive[]
  /** Only NixOS's own lines, in the place of `service`. */
  readonly sourceService?: readonly Directive[]
  readonly hardening?: readonly Directive[]
  /** false: it belongs to no cluster, as docker. */
  readonly ofCluster?: boolean
  /** What is wrong with NixOS's own form. */
  readonly defects?: readonly string[]
}

/** Units with the scripts that they call, as files. */
export interface ServiceFiles {
  readonly units: readonly Unit[]
  readonly files: readonly GeneratedFile[]
  /** By unit: what is wrong with NixOS's own form, where that is what was asked for. */
  readonly defects?: Readonly<Record<string, readonly string[]>>
}

export const KUBERNETES_TARGET = 'kubernetes.target'
export const KUBERNETES_SLICE = 'kubernetes.slice'

/** systemd's limit is later than that of the script, which says what was missing. */
const PATIENCE_SECONDS = 20

export const componentService = (facts: NixosFacts, row: ComponentService): ServiceFiles =>
  facts.form === 'verbatim' ? verbatim(facts, row) : repaired(facts, row, facts.form)

const repaired = (
  facts: NixosFacts,
  row: ComponentService,
  form: 'eventual' | 'online-targets',
): ServiceFiles => {
  const isHeld = form === 'online-targets'
  const held: Held = {
    place: isHeld ? row.online : row.eventual,
    waits: isHeld ? (row.waits ?? []) : [],
    needs: isHeld ? (row.needs ?? []) : [],
  }
  const { waits, needs } = held
  const unit: Unit = {
    name: `${row.name}.service`,
    sections: [
      { name: 'Unit', directives: orderLines(row, held) },
      { name: 'Service', directives: serviceLines(facts, row, held) },
      {
        name: 'Install',
        directives: [
          ['WantedBy', held.place.wantedBy],
          ...(row.alias === undefined ? [] : ([['Alias', row.alias]] as const)),
        ],
      },
    ],
  }
  return {
    units: [
      unit,
      ...(needs.length === 0 ? [] : [certificatePath(row.name, needs, 'online-targets')]),
    ],
    files: [
      ...(row.programs === undefined ? [] : [nameMissing]),
      ...(waits.length === 0 ? [] : [waitUntil]),
      ...(row.preStart === undefined ? [] : [row.preStart]),
    ],
  }
}

/** What holds a unit back; nothing does in the start design `eventual`. */
interface Held {
  readonly place: Place
  readonly waits: readonly Wait[]
  readonly needs: readonly string[]
}

const orderLines = (row: ComponentService, { place, needs }: Held): Directive[] => [
  ['Description', row.description],
  ...(row.ofCluster === false ? [] : ([['PartOf', KUBERNETES_TARGET]] as const)),
  ...list('Wants', place.after.filter(isActive)),
  ...list('After', place.after),
  ...list('Before', place.before ?? []),
  ...conditions(needs),
  ['StartLimitIntervalSec', '0'],
]

const serviceLines = (facts: NixosFacts, row: ComponentService, { waits }: Held): Directive[] => {
  const limit = waits.reduce((sum, { limitSeconds }) => sum + limitSeconds, PATIENCE_SECONDS)
  return [
    ['Type', row.type],
    ...common(facts, row),
    ...(row.programs === undefined ? [] : [preStart(nameMissingCommand(row.programs))]),
    ...waits.map((wait) => preStart(waitCommand(wait))),
    ...(row.preStart === undefined ? [] : [preStartOf(row.preStart)]),
    ['ExecStart', row.command],
    ['Restart', row.type === 'oneshot' ? 'on-failure' : 'always'],
    ['RestartSec', String(row.restartSeconds)],
    ...(waits.length === 0 ? [] : ([['TimeoutStartSec', String(limit)]] as const)),
    ...(row.service ?? []),
    ...(row.hardening ?? []),
  ]
}

const conditions = (needs: readonly string[]): Directive[] =>
  needs.map((path) => ['ConditionPathExists', literalPath(path)])

const verbatim = (facts: NixosFacts, row: ComponentService): ServiceFiles => {
  const { wantedBy, after, before = [] } = row.source ?? row.online
  const needs = row.needs ?? []
  const pre =
    row.sourcePreStart === undefined
      ? row.preStart
      : script(`${row.name}-pre-start`, ['set -e', ...row.sourcePreStart])
  const unit: Unit = {
    name: `${row.name}.service`,
    sections: [
      {
        name: 'Unit',
        directives: [
          ['Description', row.description],
          ...list('After', after),
          ...list('Before', before),
          ...conditions(needs),
        ],
      },
      {
        name: 'Service',
        directives: [
          ...(row.type === 'oneshot' ? ([['Type', 'oneshot']] as const) : []),
          ...common(facts, row),
          ...(pre === undefined ? [] : [preStartOf(pre)]),
          ['ExecStart', row.command],
          ...restart(row.sourceRestart),
          ...(row.sourceService ?? row.service ?? []),
        ],
      },
      { name: 'Install', directives: [['WantedBy', wantedBy]] },
    ],
  }
  return {
    units: [unit, ...(needs.length === 0 ? [] : [certificatePath(row.name, needs, 'verbatim')])],
    files: [...(pre === undefined ? [] : [pre])],
    defects: {
      [unit.name]: row.defects ?? [],
      ...(needs.length === 0 ? {} : { [`${row.name}.path`]: PATH_DEFECTS }),
    },
  }
}

const common = (facts: NixosFacts, row: ComponentService): Directive[] => [
  ...(row.user === undefined ? [] : ([['User', row.user]] as const)),
  ...(row.ofCluster === false
    ? []
    : ([
        ['Slice', KUBERNETES_SLICE],
        ['WorkingDirectory', literalPath(facts.options.dataDir)],
      ] as const)),
  ...Object.entries({ PATH: searchPath(facts), ...row.environment }).map(
    ([name, value]): Directive => ['Environment', environmentVariable(name, value)],
  ),
]

/** systemd.special(7): what only orders others is for nobody to pull in. */
const isActive = (unit: string): boolean => unit !== 'network.target'

const list = (name: string, units: readonly string[]): Directive[] =>
  units.length === 0 ? [] : [[name, units.join(' ')]]

const restart = (rows: ComponentService['sourceRestart']): Directive[] =>
  rows === undefined
    ? []
    : [
        ['Restart', rows[0]],
        ['RestartSec', rows[1]],
      ]

const preStart = (command: CommandLine): Directive => ['ExecStartPre', command]

const preStartOf = ({ path }: GeneratedFile): Directive =>
  preStart({ program: path, arguments: [] })
