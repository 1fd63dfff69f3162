import { join, resolve } from 'node:path'
import { readTextFile, readTextFileIfAny } from '@easycerts/adapters/files'
import { SERVICE_PROGRAM_KINDS } from '@easycerts/adapters/service-manager'
import { parseProofAddress } from '@easycerts/shared/certificate-spec'
import { parseConfig } from '@easycerts/shared/config'
import { EasycertsError } from '@easycerts/shared/errors'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { CONTAINER_INTERFACES } from '@easycerts/shared/node-report'
import { leasedComponentSchema } from '@easycerts/shared/restart-lease'
import { type Duration, isDuration, minutes, parseDuration, seconds } from '@easycerts/shared/time'
import type { LegacyConfig } from '@easycerts/shared/legacy-certmgr'
import * as v from 'valibot'
import type { ConfigPlace } from './config-place.ts'
import { isLegacyPlace, legacyConfigOf, loadLegacyConfig } from './legacy-mode.ts'

/** setTimeout fires at once beyond 24.8 days, and a wrong clock must be noticed: so never longer. */
export const MAX_CHECK_INTERVAL = minutes(10)
const DEFAULT_SYSTEMCTL = ['systemctl']

const duration = (fallback: Duration, longest: Duration) =>
  v.optional(
    v.pipe(
      v.string(),
      v.check(isDuration, 'is not a duration (write 90s, 15m, 1h)'),
      v.transform(parseDuration),
      v.check((length) => length <= longest, `is longer than ${longest / seconds(1)}s`),
    ),
    `${fallback / seconds(1)}s`,
  )

const path = (fallback: string) =>
  v.optional(v.pipe(v.string(), v.startsWith('/', 'is not an absolute path')), fallback)

const memberAddress = v.pipe(
  v.string(),
  v.check((text) => parseProofAddress(text) !== undefined, 'is not an address (HOST:PORT)'),
)

const argv = v.pipe(v.array(v.string()), v.minLength(1))

const serviceManager = v.pipe(
  v.strictObject({
    kind: v.optional(v.picklist(['systemd', ...SERVICE_PROGRAM_KINDS, 'none']), 'systemd'),
    /** The program and what comes before its verb. */
    systemctl: v.optional(argv, DEFAULT_SYSTEMCTL),
    /** The same for the other kinds; theirs when left out. */
    program: v.optional(argv),
  }),
  v.check(({ kind, program }) => kind !== 'command' || program !== undefined, 'needs a program'),
  v.check(
    ({ kind, program }) => program === undefined || (kind !== 'systemd' && kind !== 'none'),
    'takes no program for this kind',
  ),
)

const configSchema = v.strictObject({
  specs: path(NODE_PATHS.specDirectory),
  identity: path(NODE_PATHS.identityDirectory),
  state: path(NODE_PATHS.certmgrState),
  serviceManager: v.optional(serviceManager, {}),
  actionTimeout: duration(seconds(90), minutes(60)),
  requestTimeout: duration(seconds(20), minutes(10)),
  checkInterval: duration(MAX_CHECK_INTERVAL, MAX_CHECK_INTERVAL),
  /** Whether it looks that components use what it has renewed. */
  proveUse: v.optional(v.boolean(), true),
  /** Restarts of components whose members must not restart together. */
  restartLeases: v.optional(
    v.strictObject({
      /** How long the CA may be silent before anything is done without it. */
      waitForCa: duration(minutes(10), minutes(60)),
      /** Of each member, while the CA is away. */
      turn: duration(minutes(5), minutes(60)),
      /** The other members by component and node, instead of those that the CA tells. */
      members: v.optional(v.record(leasedComponentSchema, v.record(v.string(), memberAddress)), {}),
    }),
    {},
  ),
  /** Plain HTTP for Prometheus, without secrets; left out: none. */
  metrics: v.optional(
    v.strictObject({
      address: v.optional(v.pipe(v.string(), v.ip('is not an IP address')), '127.0.0.1'),
      port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
    }),
  ),
  /** The configuration of the old certmgr, whose specs are kept true as well; below the root. */
  oldCertmgr: v.optional(v.pipe(v.string(), v.startsWith('/', 'is not an absolute path'))),
  /** Whose addresses are not told to the CA; `*` at the end stands for any rest. */
  ignoreInterfaces: v.optional(
    v.array(v.pipe(v.string(), v.regex(/^[^*\s/]{0,15}\*?$/, 'is not the name of an interface'))),
    [...CONTAINER_INTERFACES],
  ),
})

/** Settings of certmgr; paths as this process sees them, below `root`. */
export interface CertmgrConfig extends v.InferOutput<typeof configSchema> {
  readonly root: string
  /** The file that was named, below the root. */
  readonly file: string | undefined
  /** Whether it acts on the services of the running system. */
  readonly actsOnThisSystem: boolean
  /** The service manager is one that the configuration names. */
  readonly usesOwnSystemctl: boolean
  /** What the old certmgr would do, where its specs are kept. */
  readonly legacy: LegacyConfig | undefined
  /** Without its own specs, certmgr needs no CA of ours and no identity. */
  readonly isJoinExpected: boolean
  /** Where variables that override the old configuration come from. */
  readonly environment: ConfigPlace['environment']
}

/** ERR_CONFIG_UNREADABLE, or ERR_CONFIG_INVALID with every fault at once. */
export const loadConfig = (place: ConfigPlace): CertmgrConfig => {
  const { root, file, environment } = place
  const full = join(root, file ?? NODE_PATHS.certmgrConfig)
  const text = read(full, file !== undefined)
  if (isLegacyPlace(place, text)) return legacyOnly(place, full, text)
  const config = parseConfig(full, hasContent(text) ? text : '{}', configSchema)
  const { systemctl, program } = config.serviceManager
  const usesOwnSystemctl = !isDefault(systemctl) || program !== undefined
  return {
    ...config,
    specs: join(root, config.specs),
    identity: join(root, config.identity),
    state: join(root, config.state),
    root,
    file,
    usesOwnSystemctl,
    actsOnThisSystem: usesOwnSystemctl || resolve(root) === '/',
    legacy: loadLegacyConfig(config.oldCertmgr, place),
    isJoinExpected: true,
    environment,
  }
}

/** A machine with the old certmgr's configuration alone: everything of ours has its default. */
const legacyOnly = (place: ConfigPlace, full: string, text: string): CertmgrConfig => {
  const { root, file, environment } = place
  const legacy = legacyConfigOf(full, text, place)
  const state = join(root, legacy.state ?? NODE_PATHS.oldCertmgrState)
  return {
    ...v.parse(configSchema, {}),
    ...(legacy.metrics ? { metrics: legacy.metrics } : {}),
    specs: join(root, legacy.specs),
    // Nothing lies there but the lock of the one process that works with this state.
    identity: state,
    state,
    root,
    file,
    usesOwnSystemctl: false,
    actsOnThisSystem: resolve(root) === '/',
    legacy,
    isJoinExpected: false,
    environment,
  }
}

const read = (full: string, isNamed: boolean): string => {
  try {
    return isNamed ? readTextFile(full) : (readTextFileIfAny(full) ?? '')
  } catch (error) {
    throw new EasycertsError('ERR_CONFIG_UNREADABLE', messageOf(error), { cause: error })
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'configuration cannot be read'

/** YAML of comments alone is null, and means that every default is right. */
const hasContent = (text: string): boolean =>
  text.split('\n').some((line) => !/^\s*(#|$)/.test(line))

const isDefault = (argv: readonly string[]): boolean =>
  argv.length === 1 && argv[0] === DEFAULT_SYSTEMCTL[0]
