import * as v from 'valibot'
import { parseConfig } from '../config/index.ts'
import { CONFIG_DIALECT, CONFIG_KEYS } from './go-keys.ts'

/** Fields of our own configuration too, or of a section. */
const TELLING_NOTHING = new Set(['state', 'json', 'level'])

/** What only the configuration of the old certmgr has. */
const TELLING = new Set(CONFIG_KEYS.filter((key) => !TELLING_NOTHING.has(key)))

/** Whether a text is a configuration of the old certmgr, as far as its fields tell; faults and all. */
export const isLegacyConfig = (text: string): boolean => {
  try {
    const fields = Object.keys(parseConfig('', text, v.looseObject({})))
    return fields.some((field) => TELLING.has(CONFIG_DIALECT.keyOf(field)))
  } catch {
    return false
  }
}
