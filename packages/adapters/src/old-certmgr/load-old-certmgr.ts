import { join } from 'node:path'
import { type EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import {
  type LegacyConfig,
  type LegacySpec,
  parseLegacyConfig,
  parseLegacySpec,
} from '@easycerts/shared/legacy-certmgr'
import { readTextFile } from '../files/index.ts'
import { findCertmgrConfig } from './find-certmgr-config.ts'
import { legacySpecFiles } from './legacy-spec-files.ts'

/** What the old certmgr, or ours in its place, keeps true on a machine by old specs. */
export interface OldCertmgr {
  /** Its configuration, as the machine sees it. */
  readonly file: string
  readonly config: LegacyConfig
  readonly specs: readonly LegacySpec[]
  /** Of specs that cannot be read, each with its place. */
  readonly faults: readonly string[]
}

export interface OldCertmgrPlace {
  readonly root: string
  /** The configuration that somebody named; else it is looked for. */
  readonly file?: string | undefined
}

/** Undefined where there is none. ERR_CONFIG_INVALID, ERR_FILE_UNREADABLE for a configuration that is there. */
export const loadOldCertmgr = ({ root, file }: OldCertmgrPlace): OldCertmgr | undefined => {
  const found = file ?? findCertmgrConfig(root)
  if (found === undefined) return undefined
  const text = readTextFile(join(root, found))
  const config = parseLegacyConfig({ file: found, text, environment: {} })
  const files = legacySpecFiles(join(root, config.specs))
  if (!Array.isArray(files)) return { file: found, config, specs: [], faults: [files.fault] }
  const readings = files.map((path) => readSpec(path, config))
  return {
    file: found,
    config,
    specs: readings.flatMap((reading) => ('spec' in reading ? [reading.spec] : [])),
    faults: readings.flatMap((reading) => ('fault' in reading ? [reading.fault] : [])),
  }
}

const readSpec = (path: string, config: LegacyConfig): { spec: LegacySpec } | { fault: string } => {
  try {
    return { spec: parseLegacySpec(path, readTextFile(path), config) }
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    return { fault: describe(path, error) }
  }
}

const describe = (path: string, { code, message }: EasycertsError): string =>
  code === 'ERR_CONFIG_INVALID' ? message : `${path}: ${message}`
