import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readTextFile } from '@easycerts/adapters/files'
import { isEasycertsError, reasonOf, wrapError } from '@easycerts/shared/errors'
import {
  type LegacyConfig,
  type LegacySpec,
  parseLegacyConfig,
  parseLegacySpec,
} from '@easycerts/shared/legacy-certmgr'

export interface MasterSpecs {
  readonly specs: readonly LegacySpec[]
  /** Specs that could not be read, each with what is wrong. */
  readonly unread: readonly string[]
}

const SPEC = /\.(json|ya?ml)$/

/**
 * What the old certmgr of the master keeps. A spec with a fault costs only its line in the policy,
 * so it is no reason to refuse. ERR_CONFIG_INVALID or ERR_FILE_UNREADABLE for the configuration.
 */
export const readMasterSpecs = (path: string, onDisk: (path: string) => string): MasterSpecs => {
  const text = readTextFile(onDisk(path))
  const config = parseLegacyConfig({ file: path, text, environment: {} })
  const unread: string[] = []
  const specs = namesIn(config.specs, onDisk).flatMap((file) => {
    try {
      return parseLegacySpec(file, readTextFile(onDisk(file)), config)
    } catch (error) {
      if (!isEasycertsError(error)) throw error
      unread.push(error.message)
      return []
    }
  })
  return { specs, unread }
}

/** A directory of them, or one alone. */
const namesIn = (specs: LegacyConfig['specs'], onDisk: (path: string) => string): string[] => {
  try {
    if (statSync(onDisk(specs)).isFile()) return [specs]
    const names = readdirSync(onDisk(specs)).filter((name) => SPEC.test(name))
    return names.toSorted().map((name) => join(specs, name))
  } catch (error) {
    throw wrapError(
      'ERR_FILE_UNREADABLE',
      `cannot read the specs in ${specs}: ${reasonOf(error)}`,
      error,
    )
  }
}
