import { readTextFile } from '@easycerts/adapters/files'
import { shellSyntaxFault } from '@easycerts/adapters/process'
import { demandedActionSchema } from '@easycerts/shared/certificate-spec'
import { sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError, isEasycertsError, reasonOf } from '@easycerts/shared/errors'
import {
  type LegacyConfig,
  type LegacySpec,
  parseLegacySpec,
} from '@easycerts/shared/legacy-certmgr'
import * as v from 'valibot'
import { COMMAND_PATH } from '../plan/index.ts'
import type { SourcedSpec } from './sourced-spec.ts'
import { specsOfLegacy } from './specs-of-legacy.ts'

/** What one look at a file of the old certmgr found. */
export interface LegacyReading {
  readonly file: string
  /** Differs whenever the file, or what it takes from the configuration, says something else. */
  readonly revision: string | undefined
  readonly specs: readonly SourcedSpec[]
  readonly warnings: readonly string[]
  /** 'file:line:column: path: what is wrong', one line for each. */
  readonly fault?: string
}

export interface LegacyReader {
  readonly config: LegacyConfig
  /** The shell for scripts; undefined where the machine has none. */
  readonly shell: () => string | undefined
}

/** Never fails. The same text gives the very reading that it gave `before`. */
export const readLegacySpec = (
  file: string,
  { config, shell }: LegacyReader,
  before: LegacyReading | undefined,
): LegacyReading => {
  let revision: string | undefined
  try {
    const text = readTextFile(file)
    revision = sha256Hex(Buffer.from(`${revisionOf(config)}\n${text}`))
    if (before?.revision === revision) return before
    const legacy = parseLegacySpec(file, text, config)
    const specs = specsOfLegacy(legacy, { shell: shellFor(legacy, shell), revision })
    refuseUnfit(file, specs)
    return { file, revision, specs, warnings: warningsOf(legacy) }
  } catch (error) {
    return { file, revision, specs: [], warnings: [], fault: messageOf(file, error) }
  }
}

const revisionOf = ({ remotes, renewal, serviceManager }: LegacyConfig): string =>
  JSON.stringify({ remotes, renewal, serviceManager })

/** ERR_CONFIG_INVALID for a script that its shell cannot read. */
const shellFor = ({ file, action }: LegacySpec, find: LegacyReader['shell']): string => {
  if (action.kind !== 'command') return ''
  const shell = find()
  if (shell === undefined) throw invalid(`${file}:1:1: action: there is no bash and no sh here`)
  const fault = shellSyntaxFault(shell, action.script, COMMAND_PATH)
  if (fault !== undefined) throw invalid(`${file}:1:1: action: ${fault}`)
  return shell
}

/** What is pending outlives a restart, so it must be readable again. */
const refuseUnfit = (file: string, specs: readonly SourcedSpec[]): void => {
  const actions = specs.flatMap((spec) => Object.values(spec.actions).flat())
  if (!actions.every((action) => v.is(demandedActionSchema, action)))
    throw invalid(`${file}:1:1: service: is not the name of a service`)
}

const warningsOf = ({ file, warnings, authority }: LegacySpec): string[] => {
  const isPlain = authority.remotes.some(({ protocol }) => protocol === 'http')
  const ofPlain = 'authority.remote: is http: whoever is between here and there can pose as the CA'
  return [...warnings, ...(isPlain ? [ofPlain] : [])].map((warning) => `${file}: ${warning}`)
}

const invalid = (message: string) => new EasycertsError('ERR_CONFIG_INVALID', message)

const messageOf = (file: string, error: unknown): string =>
  isEasycertsError(error) ? error.message : `${file}: ${reasonOf(error)}`
