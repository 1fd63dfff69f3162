import { join } from 'node:path'
import { readTextFile } from '@easycerts/adapters/files'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import {
  isLegacyConfig,
  type LegacyConfig,
  parseLegacyConfig,
} from '@easycerts/shared/legacy-certmgr'
import type { ConfigPlace } from './config-place.ts'

/** Whether a configuration is one of the old certmgr: by its fields, or because a flag of it names specs. */
export const isLegacyPlace = ({ file, environment }: ConfigPlace, text: string): boolean =>
  isLegacyConfig(text) ||
  (file !== undefined && text.trim() === '' && Boolean(environment?.['CERTMGR_DIR']))

export const legacyConfigOf = (
  file: string,
  text: string,
  { environment = {} }: ConfigPlace,
): LegacyConfig => parseLegacyConfig({ file, text, environment })

/** The one that our own configuration points at. */
export const loadLegacyConfig = (
  path: string | undefined,
  place: ConfigPlace,
): LegacyConfig | undefined => {
  if (path === undefined) return undefined
  const full = join(place.root, path)
  return legacyConfigOf(full, read(full), place)
}

const read = (full: string): string => {
  try {
    return readTextFile(full)
  } catch (error) {
    throw new EasycertsError('ERR_CONFIG_UNREADABLE', `cannot read ${full}: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}
