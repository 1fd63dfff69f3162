import { Secret } from '@easycerts/shared/encoding'
import { isEasycertsError } from '@easycerts/shared/errors'
import type { GoJson } from '../go-json/index.ts'
import type { AuthKey } from './auth-key.ts'
import { ConfigObject } from './config-object.ts'
import type { Findings } from '../findings/index.ts'

/** A key that stands elsewhere: `env:NAME` or `file:/path`. */
export interface SecretReference {
  readonly from: 'environment' | 'file'
  /** Of the variable, or the path. */
  readonly name: string
}

/** Undefined: it is not there. An EasycertsError says why it cannot be read. */
export type ResolveSecret = (reference: SecretReference) => string | undefined

const PREFIXES: Readonly<Record<string, SecretReference['from']>> = {
  env: 'environment',
  file: 'file',
}

/** Keys by their names; what one of them lacks is told where a profile uses it, and else noted. */
export interface AuthKeys {
  readonly read: ReadonlyMap<string, AuthKey>
  readonly faults: ReadonlyMap<string, string>
}

export const readAuthKeys = (
  written: ReadonlyMap<string, GoJson>,
  resolveSecret: ResolveSecret,
  findings: Findings,
): AuthKeys => {
  const read = new Map<string, AuthKey>()
  const faults = new Map<string, string>()
  for (const [name, value] of written) {
    const key = readAuthKey(name, value, resolveSecret, findings)
    if (typeof key === 'string') faults.set(name, key)
    else read.set(name, key)
  }
  return { read, faults }
}

/** The key, or what it lacks. No message holds a part of the key. */
const readAuthKey = (
  name: string,
  value: GoJson,
  resolveSecret: ResolveSecret,
  findings: Findings,
): AuthKey | string => {
  if (value.kind !== 'object') return 'is not an object with type and key'
  const fields = new ConfigObject(value, `auth_keys.${name}`, ['type', 'key'], findings)
  const type = fields.text('type')
  const text = fields.text('key')
  if (type !== 'standard')
    return `has the type "${type.slice(0, 40)}", and cfssl knows standard alone`
  const hex = resolve(text, resolveSecret)
  if (typeof hex !== 'string') return hex.fault
  if (hex === '')
    return 'is empty: cfssl takes that, and then everybody can sign requests; it is refused here'
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) return 'is not hexadecimal'
  return { name, key: new Secret(Buffer.from(hex, 'hex')) }
}

const resolve = (text: string, resolveSecret: ResolveSecret): string | { fault: string } => {
  const [prefix = '', ...rest] = text.split(':')
  if (rest.length === 0) return text
  const from = Object.hasOwn(PREFIXES, prefix) ? PREFIXES[prefix] : undefined
  // What stands before the colon may be a part of a key.
  if (from === undefined) return { fault: 'has a prefix that is neither env: nor file:' }
  const name = rest.join(':')
  try {
    const secret = resolveSecret({ from, name })
    if (secret !== undefined) return secret.trim()
    return {
      fault:
        from === 'environment'
          ? `is in the variable ${name}, which is not set: cfssl would take the empty key`
          : `is in ${name}, which is not there`,
    }
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    return { fault: `is in ${name}: ${error.message}` }
  }
}
