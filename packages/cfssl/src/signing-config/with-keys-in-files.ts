import { EasycertsError } from '@easycerts/shared/errors'

/**
 * A configuration that was read before, with each of these keys in a file of its own; keys that no
 * profile uses are left out. Everything else stays, unknown fields too.
 */
export const withKeysInFiles = (text: string, files: ReadonlyMap<string, string>): string => {
  const written: unknown = JSON.parse(text)
  if (typeof written !== 'object' || written === null)
    throw new EasycertsError('ERR_CONFIG_INVALID', 'the configuration is no object')
  const rest = Object.entries(written).filter(([name]) => name.toLowerCase() !== 'auth_keys')
  const keys = [...files].map(([name, path]) => [name, { type: 'standard', key: `file:${path}` }])
  const config = { ...Object.fromEntries(rest), auth_keys: Object.fromEntries(keys) as unknown }
  return `${JSON.stringify(config, undefined, 2)}\n`
}
