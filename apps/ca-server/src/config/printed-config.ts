import type { Profile } from '@easycerts/shared/profile'
import { formatDuration } from '@easycerts/shared/time'
import type { CaServerConfig } from './ca-server-config.ts'

/** A profile as people read it: lives with a unit, where it comes from, and nothing that is empty. */
export const printedProfile = (profile: Profile): Record<string, unknown> => {
  const { name, aliasOf, isCustom, issuer, usage, commonName, organizations, names, ...more } =
    profile
  const { life, lifeFrom, maxLife, ...rest } = more
  return withoutEmpty({
    name,
    origin: isCustom === true ? 'ca-server.yaml' : 'built in',
    ...{ aliasOf, issuer, usage, commonName, organizations, names },
    ...rest,
    life: formatDuration(life),
    lifeFrom: lifeFrom === 'own' ? 'the profile' : `lifetimes.${lifeFrom}`,
    maxLife: maxLife === undefined ? undefined : formatDuration(maxLife),
  })
}

// A copy of its own of each list: YAML would write the second use of one as an alias.
const withoutEmpty = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  structuredClone(Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value))))

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === false || (Array.isArray(value) && value.length === 0)

/** Settings that are milliseconds once they are read, and a text with a unit in the file. */
const DURATIONS = new Set([
  'clock.maxForwardJump',
  'clock.maxAbsence',
  'backup.every',
  'retention.expiredCertificates',
  'retention.endedIdentities',
  'retention.endedTickets',
  'revocation.crlLife',
])

/** The settings in force: the file's, the defaults where it says nothing, and every profile in full. */
export const printedConfig = ({ settings, profiles }: CaServerConfig): Record<string, unknown> => ({
  ...(printedSetting(settings, '') as Record<string, unknown>),
  profiles: profiles.map(printedProfile),
})

const printedSetting = (value: unknown, path: string): unknown => {
  if (typeof value === 'number') return DURATIONS.has(path) ? formatDuration(value) : value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      printedSetting(inner, path === '' ? name : `${path}.${name}`),
    ]),
  )
}
