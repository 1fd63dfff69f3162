import * as v from 'valibot'
import { parseConfig } from '../config/index.ts'
import { CONFIG_DIALECT } from './go-keys.ts'

/** What only the configuration of the old certmgr has. */
const TELLING = new Set([
  'dir',
  'default_remote',
  'svcmgr',
  'before',
  'interval',
  'interval_splay',
  'initial_splay',
  'metrics_address',
  'metrics_port',
  'log',
])

/** Whether a text is a configuration of the old certmgr, as far as its fields tell; faults and all. */
export const isLegacyConfig = (text: string): boolean => {
  try {
    const fields = Object.keys(parseConfig('', text, v.looseObject({})))
    return fields.some((field) => TELLING.has(CONFIG_DIALECT.keyOf(field)))
  } catch {
    return false
  }
}
