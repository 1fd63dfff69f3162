import { nearestWord } from '@easycerts/shared/config'
import { isEasycertsError } from '@easycerts/shared/errors'
import { parseGoDuration } from '@easycerts/shared/legacy-certmgr'
import type { Duration } from '@easycerts/shared/time'
import type { AuthKey } from './auth-key.ts'
import type { ConfigObject } from './config-object.ts'
import { noteHoles } from './note-holes.ts'
import {
  AUTH_REMOTE_FIELDS,
  CA_CONSTRAINT_FIELDS,
  LINT_LEVELS,
  WHITELIST_FIELDS,
} from './profile-fields.ts'
import { type NamePattern, readNamePattern } from './name-pattern.ts'
import { isObjectIdentifier, readPolicies } from './read-policies.ts'
import type { AuthKeys } from './read-auth-keys.ts'
import type { RemoteSigner, RequestWhitelist, SigningProfile } from './signing-profile.ts'
import { isUsageName, USAGE_NAMES } from './usage-names.ts'

/** What profiles refer to. */
export interface ProfileSurroundings {
  readonly authKeys: AuthKeys
  readonly remotes: ReadonlyMap<string, string>
  /** Whose issuer_urls, ocsp_url and crl_url are taken where a profile has none; undefined for itself. */
  readonly fallback: SigningProfile | undefined
}

const NO_TIME = 0 as Duration

/** One profile; its faults and notes go to the findings of the object. */
export const readProfile = (
  name: string,
  fields: ConfigObject,
  surroundings: ProfileSurroundings,
): SigningProfile => {
  const { fallback } = surroundings
  const remote = readRemote(fields, surroundings)
  const issuerUrls = fields.texts('issuer_urls')
  const profile: SigningProfile = {
    name,
    usages: readUsages(fields, fallback === undefined || remote !== undefined),
    expiry: readExpiry(fields, remote !== undefined),
    expiryText: fields.text('expiry'),
    backdate: readDuration(fields, 'backdate'),
    notBefore: readTime(fields, 'not_before'),
    notAfter: readTime(fields, 'not_after'),
    issuerUrls: issuerUrls.length > 0 ? issuerUrls : (fallback?.issuerUrls ?? []),
    ocspUrl: fields.text('ocsp_url') || (fallback?.ocspUrl ?? ''),
    crlUrl: fields.text('crl_url') || (fallback?.crlUrl ?? ''),
    caConstraint: readCaConstraint(fields),
    isOcspNoCheck: fields.flag('ocsp_no_check'),
    authKeys: readKeysOf(fields, surroundings),
    remote,
    copiesExtensions: fields.flag('copy_extensions'),
    nameWhitelist: readWhitelist(fields),
    allowedExtensions: readAllowedExtensions(fields),
    requestWhitelist: readRequestWhitelist(fields),
    clientProvidesSerialNumbers: fields.flag('ClientProvidesSerialNumbers'),
    policies: readPolicies(fields),
    hasLint: readLint(fields),
  }
  if (profile.notBefore && profile.notAfter && profile.notAfter < profile.notBefore)
    fields.fault('not_after', 'is earlier than not_before')
  noteHoles(fields, profile)
  return profile
}

/** A named profile without a usage that cfssl knows is invalid for it; the default one fails later. */
const readUsages = (fields: ConfigObject, mayBeNone: boolean): readonly string[] => {
  const usages = fields.texts('usages')
  for (const usage of usages)
    if (!isUsageName(usage))
      fields.note(
        'usages',
        `cfssl knows no "${usage.slice(0, 40)}" and ignores it${meantBy(usage)}`,
      )
  if (usages.some(isUsageName)) return usages
  if (mayBeNone) fields.note('usages', 'no usage is known: every request will be refused (5100)')
  else fields.fault('usages', 'holds no usage that cfssl knows: "invalid configuration"')
  return usages
}

const meantBy = (usage: string): string => {
  const meant = nearestWord(usage, USAGE_NAMES)
  return meant === undefined ? '' : `; was "${meant}" meant?`
}

const readExpiry = (fields: ConfigObject, isRemote: boolean): Duration => {
  if (isRemote && fields.text('expiry') === '') return NO_TIME
  const expiry = readDuration(fields, 'expiry')
  if (expiry === undefined) {
    if (fields.text('expiry') === '') fields.fault('expiry', 'is missing')
    return NO_TIME
  }
  if (expiry === 0) fields.fault('expiry', 'is no time at all')
  return expiry
}

const readDuration = (fields: ConfigObject, name: string): Duration | undefined => {
  const text = fields.text(name)
  if (text === '') return undefined
  try {
    return parseGoDuration(text)
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    fields.fault(name, `${error.message}: hours, minutes and seconds, as 72h or 1h30m`)
    return undefined
  }
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/

/** The zero time of Go is absence. */
const readTime = (fields: ConfigObject, name: string): Date | undefined => {
  const text = fields.text(name)
  if (text === '' || text === '0001-01-01T00:00:00Z') return undefined
  const time = new Date(RFC_3339.test(text) ? text : Number.NaN)
  if (!Number.isNaN(time.getTime())) return time
  fields.fault(name, 'is not a time such as 2027-01-31T00:00:00Z')
  return undefined
}

const readCaConstraint = (fields: ConfigObject): SigningProfile['caConstraint'] => {
  const constraint = fields.object('ca_constraint', CA_CONSTRAINT_FIELDS)
  return {
    isCa: constraint?.flag('is_ca') ?? false,
    maxPathLength: constraint?.count('max_path_len') ?? 0,
    isMaxPathLengthZero: constraint?.flag('max_path_len_zero') ?? false,
  }
}

const readKeysOf = (
  fields: ConfigObject,
  { authKeys }: Pick<ProfileSurroundings, 'authKeys'>,
  names: readonly string[] = ['auth_key', 'prev_auth_key'],
): readonly AuthKey[] =>
  names.flatMap((field) => {
    const name = fields.text(field)
    if (name === '') return []
    const key = authKeys.read.get(name)
    if (key) return [key]
    fields.fault(field, `auth_keys.${name} ${authKeys.faults.get(name) ?? 'is not there'}`)
    return []
  })

const readRemote = (
  fields: ConfigObject,
  { authKeys, remotes }: ProfileSurroundings,
): RemoteSigner | undefined => {
  const plain = fields.text('remote')
  const authenticated = fields.object('auth_remote', AUTH_REMOTE_FIELDS)
  const name = authenticated?.text('remote') || plain
  if (name === '') {
    if (authenticated?.text('auth_key')) fields.fault('auth_remote.remote', 'is missing')
    return undefined
  }
  if (plain !== '' && authenticated?.text('remote'))
    fields.fault('remote', 'is there beside auth_remote: one of them is too many')
  const remote = remotes.get(name)
  const where = authenticated?.text('remote') ? 'auth_remote.remote' : 'remote'
  if (remote === undefined) fields.fault(where, `remotes.${name} is not there`)
  const [authKey] = authenticated ? readKeysOf(authenticated, { authKeys }, ['auth_key']) : []
  if (authenticated?.text('auth_key') === '') fields.fault('auth_remote.auth_key', 'is missing')
  return { remote: remote ?? '', authKey }
}

const readWhitelist = (fields: ConfigObject): NamePattern | undefined => {
  const source = fields.text('name_whitelist')
  if (source === '') return undefined
  const pattern = readNamePattern(source)
  if (typeof pattern !== 'string') return pattern
  fields.fault('name_whitelist', pattern)
  return undefined
}

const readAllowedExtensions = (fields: ConfigObject): readonly string[] =>
  fields.texts('allowed_extensions').filter((oid) => {
    const isValid = isObjectIdentifier(oid)
    if (!isValid) fields.fault('allowed_extensions', 'holds what is no object identifier as 1.2.3')
    return isValid
  })

const readRequestWhitelist = (fields: ConfigObject): RequestWhitelist | undefined => {
  const whitelist = fields.object('CSRWhitelist', WHITELIST_FIELDS)
  return (
    whitelist && {
      subject: whitelist.flag('Subject'),
      publicKey: whitelist.flag('PublicKey'),
      dnsNames: whitelist.flag('DNSNames'),
      ipAddresses: whitelist.flag('IPAddresses'),
      emailAddresses: whitelist.flag('EmailAddresses'),
      uris: whitelist.flag('URIs'),
    }
  )
}

const readLint = (fields: ConfigObject): boolean => {
  if (fields.kindOf('lint_error_level') === 'number') {
    fields.fault(
      'lint_error_level',
      'is a number: cfssl wants a name ("bad LintStatus JSON value")',
    )
    return false
  }
  const level = fields.text('lint_error_level')
  if (level === '') return false
  if (!LINT_LEVELS.includes(level))
    fields.fault('lint_error_level', `is not one of ${LINT_LEVELS.join(', ')}`)
  return level !== 'reserved'
}
