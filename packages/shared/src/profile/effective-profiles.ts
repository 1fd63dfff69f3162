import type { Duration } from '../time/index.ts'
import { buildCustomProfile, type CustomProfile, overrideProfile, type ProfileOverride } from './custom-profile.ts'
import type { LifeSource, Profile } from './profile.ts'
import { type ProfileSet, profilesOfSets } from './profile-sets.ts'

/** What a configuration says of profiles. */
export interface ProfileSettings {
  readonly sets: readonly ProfileSet[]
  readonly overrides: readonly ProfileOverride[]
  readonly custom: readonly CustomProfile[]
  /** The settings that profiles without a life of their own follow. */
  readonly lifetimes: Readonly<Record<Exclude<LifeSource, 'own'>, Duration>>
}

/** The profiles that a CA serves, each with the life that it gives. */
export const effectiveProfiles = ({ sets, overrides, custom, lifetimes }: ProfileSettings): Profile[] => {
  const changed = profilesOfSets(sets).map((profile) => {
    const override = overrides.find(({ name }) => name === profile.name)
    return override ? overrideProfile(profile, override) : profile
  })
  return [...changed, ...custom.map(buildCustomProfile)].map((profile) => (profile.lifeFrom === 'own' ? profile : { ...profile, life: lifetimes[profile.lifeFrom] }))
}
