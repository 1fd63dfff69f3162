import * as v from 'valibot'
import { nearestWord, parseConfig } from '../config/index.ts'
import { EasycertsError, isEasycertsError } from '../errors/index.ts'
import { type Duration, hours } from '../time/index.ts'
import { CONFIG_DIALECT } from './go-keys.ts'
import { LEGACY_SERVICE_MANAGERS, type LegacyServiceManager } from './legacy-action.ts'
import { legacyDuration, positiveDuration } from './legacy-duration.ts'
import { absolutePath } from './legacy-file.ts'
import { type LegacyRemote, legacyRemotes } from './legacy-remote.ts'

/** When a certificate is looked at, and how long before its end it is renewed. */
export interface LegacyRenewal {
  readonly before: Duration
  readonly interval: Duration
  /** Bounds of what chance adds: to each interval, and to the first one in its place. */
  readonly intervalSplay: Duration
  readonly initialSplay: Duration
}

/** The configuration of the old certmgr, with its defaults; specs take from it what they leave out. */
export interface LegacyConfig {
  /** A directory of specs, or one spec. */
  readonly specs: string
  /** What certmgr keeps for itself; a field that the old one had not. */
  readonly state: string | undefined
  readonly remotes: readonly LegacyRemote[]
  readonly serviceManager: LegacyServiceManager
  readonly renewal: LegacyRenewal
  readonly metrics: { readonly address: string; readonly port: number } | undefined
  readonly log: { readonly json: boolean; readonly level: (typeof LEVELS)[number] }
  /** What is right, and yet not what it seems. */
  readonly warnings: readonly string[]
}

const LEVELS = ['debug', 'info', 'warning', 'error'] as const

const port = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,5}$/))], 'is not a port'),
  v.transform(Number),
  v.check((number) => Number.isInteger(number) && number > 0 && number < 65_536, 'is not a port'),
)

export const legacyServiceManager = v.picklist(
  LEGACY_SERVICE_MANAGERS,
  `is not one of ${LEGACY_SERVICE_MANAGERS.join(', ')}`,
)

/** Those that an environment variable can override: CERTMGR_ and the name in upper case. */
const OVERRIDABLE = {
  dir: v.optional(
    v.pipe(
      v.string('is not a path'),
      v.transform((path) => path.replace(/(?<=[^/])\/$/, '')),
      absolutePath,
    ),
  ),
  state: v.optional(absolutePath),
  default_remote: v.optional(legacyRemotes),
  svcmgr: v.optional(legacyServiceManager),
  before: v.optional(positiveDuration),
  interval: v.optional(positiveDuration),
  interval_splay: v.optional(legacyDuration),
  initial_splay: v.optional(legacyDuration),
  metrics_address: v.optional(
    v.pipe(v.string('is not text'), v.regex(/^[\w.:[\]-]{1,253}$/, 'is not an address')),
  ),
  metrics_port: v.optional(port),
}

const overrideSchema = v.strictObject(OVERRIDABLE)
const fileSchema = v.strictObject({
  ...OVERRIDABLE,
  log: v.optional(
    v.strictObject({
      json: v.optional(v.boolean('is not true or false'), false),
      level: v.optional(v.picklist(LEVELS, `is not one of ${LEVELS.join(', ')}`), 'info'),
    }),
    {},
  ),
})

type Overrides = v.InferOutput<typeof overrideSchema>
type Environment = Readonly<Record<string, string | undefined>>

export interface LegacyConfigText {
  /** For messages. */
  readonly file: string
  /** YAML or JSON. */
  readonly text: string
  readonly environment: Environment
}

/** ERR_CONFIG_INVALID with every fault of file and environment at once. */
export const parseLegacyConfig = ({ file, text, environment }: LegacyConfigText): LegacyConfig => {
  const faults: string[] = []
  const written = withFaults(faults, () => parseConfig(file, text, fileSchema, CONFIG_DIALECT))
  const overrides = withFaults(faults, () => parseEnvironment(environment))
  const merged = { ...written, ...overrides }
  const specs = merged.dir
  if (written && overrides && specs === undefined) faults.push(`${file}:1:1: dir: is missing`)
  if (!written || specs === undefined || faults.length > 0) throw invalid(faults)
  return buildConfig({ ...merged, dir: specs }, written.log, [
    ...environmentWarnings(environment),
    ...metricsWarnings(merged),
  ])
}

const buildConfig = (
  written: Overrides & { readonly dir: string },
  log: LegacyConfig['log'],
  warnings: readonly string[],
): LegacyConfig => {
  const { metrics_address: address, metrics_port: number } = written
  return {
    specs: written.dir,
    state: written.state,
    remotes: written.default_remote ?? [],
    serviceManager: written.svcmgr ?? 'dummy',
    renewal: {
      before: written.before ?? hours(72),
      interval: written.interval ?? hours(1),
      intervalSplay: written.interval_splay ?? hours(0),
      initialSplay: written.initial_splay ?? hours(0),
    },
    metrics: address === undefined || number === undefined ? undefined : { address, port: number },
    log,
    warnings,
  }
}

const PREFIX = 'CERTMGR_'

const parseEnvironment = (environment: Environment): Overrides => {
  const values = Object.keys(OVERRIDABLE).flatMap((field) => {
    const value = environment[variableOf(field)]
    // Viper passes over a variable that is empty.
    return value ? [[field, value] as const] : []
  })
  const parsed = v.safeParse(overrideSchema, Object.fromEntries(values))
  if (parsed.success) return parsed.output
  throw invalid(
    parsed.issues.map(({ path, message }) => `${variableOf(String(path?.[0].key))}: ${message}`),
  )
}

const variableOf = (field: string): string => `${PREFIX}${field.toUpperCase()}`

/** What the old one gave to the commands that it ran. */
const GIVEN = new Set(
  ['CA_PATH', 'CERT_PATH', 'KEY_PATH', 'SPEC_PATH', 'CHANGE_TYPE'].map((name) => PREFIX + name),
)

const environmentWarnings = (environment: Environment): string[] => {
  const known = Object.keys(OVERRIDABLE).map(variableOf)
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name) && !GIVEN.has(name))
    .map((name) => {
      const meant = nearestWord(name, known)
      return `${name}: is not read${meant === undefined ? '' : `, did you mean ${meant}?`}`
    })
}

const metricsWarnings = ({ metrics_address: address, metrics_port: number }: Overrides): string[] =>
  (address === undefined) === (number === undefined)
    ? []
    : ['metrics: needs both metrics_address and metrics_port, and is off']

const withFaults = <Value>(faults: string[], parse: () => Value): Value | undefined => {
  try {
    return parse()
  } catch (error) {
    if (!isEasycertsError(error) || error.code !== 'ERR_CONFIG_INVALID') throw error
    faults.push(error.message)
    return undefined
  }
}

const invalid = (faults: readonly string[]) =>
  new EasycertsError('ERR_CONFIG_INVALID', faults.join('\n'))
