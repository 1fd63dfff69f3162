import { hours } from '@easycerts/shared/time'
import { type GoJson, GoJsonError, type GoJsonObject, readGoObject } from '../go-json/index.ts'
import { bareProfile } from './bare-profile.ts'
import type { AuthKey } from './auth-key.ts'
import { ConfigObject } from './config-object.ts'
import { Findings } from '../findings/index.ts'
import { CONFIG_FIELDS, PROFILE_FIELDS, SIGNING_FIELDS } from './profile-fields.ts'
import { type AuthKeys, readAuthKeys, type ResolveSecret } from './read-auth-keys.ts'
import { readProfile } from './read-profile.ts'
import type { SigningConfig, SigningProfile } from './signing-profile.ts'

export interface SigningConfigText {
  /** For messages. */
  readonly file: string
  readonly text: string
  readonly resolveSecret: ResolveSecret
}

export interface ReadSigningConfig {
  readonly signing: SigningConfig
  /** Those that can be used, by their names. */
  readonly authKeys: ReadonlyMap<string, AuthKey>
  /** What cfssl ignores without a word, or what is closed here: one line each. */
  readonly notes: readonly string[]
}

/** Some thousand profiles. */
const MAX_TEXT = 512 * 1024

/** What cfssl takes where there is no `default`: no key, so that /sign is open to everybody. */
const DEFAULT_USAGES = ['signing', 'key encipherment', 'server auth', 'client auth']

/** cfssl's own configuration file. ERR_CONFIG_INVALID names every fault, one a line, and no key. */
export const readSigningConfig = (source: SigningConfigText): ReadSigningConfig => {
  const findings = new Findings(source.file)
  const root = new ConfigObject(readRoot(source, findings), '', CONFIG_FIELDS, findings)
  const authKeys = readAuthKeys(root.map('auth_keys'), source.resolveSecret, findings)
  const remotes = readRemotes(root)
  const signing = root.object('signing', SIGNING_FIELDS)
  if (!signing) {
    findings.fault('', 'has no "signing" field')
    findings.throwFaults()
  }
  const surroundings = { authKeys, remotes, fallback: undefined }
  const written = signing?.object('default', PROFILE_FIELDS)
  if (signing && !written) noteDefault(signing)
  const fallback = written ? readProfile('default', written, surroundings) : OWN_DEFAULT
  const profiles = new Map<string, SigningProfile>()
  for (const [name, value] of signing?.map('profiles') ?? []) {
    const path = `signing.profiles.${name}`
    if (value.kind === 'object') {
      const fields = new ConfigObject(value, path, PROFILE_FIELDS, findings)
      profiles.set(name, readProfile(name, fields, { ...surroundings, fallback }))
    } else findings.fault(path, 'is not an object: "invalid configuration"')
  }
  noteUnused(findings, authKeys, [fallback, ...profiles.values()])
  if (root.kindOf('ocsp') !== undefined) findings.note('ocsp', 'cfssl serve does not use it either')
  findings.throwFaults()
  return {
    signing: { default: fallback, profiles },
    authKeys: authKeys.read,
    notes: findings.notes,
  }
}

/** Each key that a profile uses, with the names of those profiles ('default' among them). */
export const authKeysOf = (
  signing: SigningConfig,
): ReadonlyMap<string, { readonly key: AuthKey; readonly profiles: readonly string[] }> => {
  const found = new Map<string, { key: AuthKey; profiles: string[] }>()
  for (const { name, authKeys } of [signing.default, ...signing.profiles.values()])
    for (const key of authKeys) {
      const entry = found.get(key.name) ?? { key, profiles: [] }
      if (!entry.profiles.includes(name)) entry.profiles.push(name)
      found.set(key.name, entry)
    }
  return found
}

const OWN_DEFAULT = bareProfile({
  usages: DEFAULT_USAGES,
  expiry: hours(8760),
  expiryText: '8760h',
})

const readRoot = ({ text }: SigningConfigText, findings: Findings): GoJsonObject => {
  if (text.length > MAX_TEXT) {
    findings.fault('', `is longer than ${MAX_TEXT} characters`)
    findings.throwFaults()
  }
  try {
    return readGoObject(text, 'config.Config')
  } catch (error) {
    if (!(error instanceof GoJsonError)) throw error
    findings.fault('', error.message)
    findings.throwFaults()
    throw error
  }
}

const readRemotes = (root: ConfigObject): ReadonlyMap<string, string> =>
  new Map(
    [...root.map('remotes')].flatMap(([name, value]: [string, GoJson]) => {
      if (value.kind === 'string') return [[name, value.value] as const]
      root.fault('remotes', `${name} is not text`)
      return []
    }),
  )

const noteDefault = (signing: ConfigObject): void => {
  const hasNamesake = signing.map('profiles').has('default')
  signing.note(
    'default',
    `there is none${hasNamesake ? ' (a profile of that name is not it)' : ''}: cfssl then signs whatever anybody asks for, for 8760h, without a key; here sign stays closed without the switch unauthenticated-sign`,
  )
}

const noteUnused = (
  findings: Findings,
  { read, faults }: AuthKeys,
  profiles: readonly SigningProfile[],
): void => {
  const used = new Set(
    profiles.flatMap(({ authKeys, remote }) =>
      [...authKeys, ...(remote?.authKey ? [remote.authKey] : [])].map(({ name }) => name),
    ),
  )
  for (const name of [...read.keys(), ...faults.keys()])
    if (!used.has(name)) findings.note(`auth_keys.${name}`, 'no profile uses it')
}
