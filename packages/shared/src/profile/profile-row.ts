import { days } from '../time/index.ts'
import type { Profile } from './profile.ts'

/** What a row of a table says; the rest is what most certificates have in common. */
export type ProfileRow = Partial<Profile> & Pick<Profile, 'usage' | 'commonName'>

const DEFAULT_LIFE = days(30)

/** A profile of the cluster issuer that nobody may ask for, but for what the row says. */
export const profileOfRow = (name: string, row: ProfileRow): Profile => ({
  name,
  issuer: 'cluster',
  organizations: [],
  names: [],
  roles: [],
  requesters: [],
  life: DEFAULT_LIFE,
  lifeFrom: 'certificates',
  ...row,
})

/** Another name for a certificate that a table has already. */
export const aliasOf = (name: string, tables: readonly Profile[], target: string): Profile => {
  const profile = tables.find((each) => each.name === target)
  if (!profile) throw new TypeError(`${name} is an alias of ${target}, which is in no table`)
  return { ...profile, name, aliasOf: target }
}
