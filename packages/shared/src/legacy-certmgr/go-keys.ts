import type { Dialect } from '../config/index.ts'

/** Every field of a spec of the old certmgr; its reader took them in any case. */
const SPEC_KEYS = [
  'service',
  'action',
  'svcmgr',
  'before',
  'interval',
  'interval_splay',
  'initial_splay',
  'take_actions_only_if_running',
  'key_usages',
  'remote',
  'request',
  'CN',
  'names',
  'C',
  'ST',
  'L',
  'O',
  'OU',
  'SerialNumber',
  'hosts',
  'key',
  'algo',
  'size',
  'private_key',
  'certificate',
  'ca',
  'path',
  'owner',
  'group',
  'mode',
  'authority',
  'label',
  'profile',
  'auth_key',
  'auth_key_file',
  'root_ca',
  'client_certificate',
  'client_key',
  'name',
  'file',
]

export const CONFIG_KEYS = [
  'dir',
  'state',
  'default_remote',
  'svcmgr',
  'before',
  'interval',
  'interval_splay',
  'initial_splay',
  'metrics_address',
  'metrics_port',
  'log',
  'json',
  'level',
]

const dialectOf = (keys: readonly string[], plain: (key: string) => string): Dialect => {
  const known = new Map(keys.map((key) => [plain(key), key]))
  return { keyOf: (written) => known.get(plain(written)) ?? written }
}

/** encoding/json of Go: fields in any case. */
export const SPEC_DIALECT = dialectOf(SPEC_KEYS, (key) => key.toLowerCase())

/**
 * Viper: keys in any case. `metricsPort` of NixOS, which it did not know, is what it was meant to be.
 */
export const CONFIG_DIALECT = dialectOf(CONFIG_KEYS, (key) => key.toLowerCase().replaceAll('_', ''))
