import { parseHost } from '@easycerts/shared/cluster'
import {
  ALL_BUILT_IN_PROFILES,
  faultsOfLife,
  faultsOfProfile,
  longestOverride,
  type Profile,
  type ProfileFault,
  profilesOfSets,
  type ProfileSurroundings,
} from '@easycerts/shared/profile'
import * as v from 'valibot'
import { clusterSection, host } from './sections/cluster.ts'
import {
  customOf,
  overrideOf,
  profileEntry,
  type ProfileEntry,
  profileSetsSection,
} from './sections/profiles.ts'

/**
 * Everything wrong with the profiles of a file beyond their syntax, by path. The rest of the file
 * may be faulty itself: what cannot be read of it is left out of account.
 */
export const profileFaultsOf = (file: unknown): ProfileFault[] => {
  if (!isRecord(file) || !Array.isArray(file['profiles'])) return []
  const surroundings = surroundingsOf(file)
  const sets = v.safeParse(profileSetsSection, file['profileSets'])
  const served = profilesOfSets(sets.success ? sets.output : [])
  const seen = new Set<string>()
  return file['profiles'].flatMap((raw: unknown, index) => {
    const parsed = v.safeParse(profileEntry, raw)
    if (!parsed.success) return []
    const entry = parsed.output
    const isTwice = seen.has(entry.name)
    seen.add(entry.name)
    return [
      ...(isTwice ? [{ path: ['name'], text: 'stands here twice' }] : []),
      ...faultsOfEntry(entry, served, surroundings),
    ].map(({ path, text }) => ({ path: ['profiles', index, ...path], text }))
  })
}

const faultsOfEntry = (
  entry: ProfileEntry,
  served: readonly Profile[],
  surroundings: ProfileSurroundings,
): ProfileFault[] => {
  const builtIn = ALL_BUILT_IN_PROFILES.find(({ name }) => name === entry.name)
  if (builtIn) return faultsOfOverride(entry, builtIn, served)
  if (entry.name.includes('/'))
    return [{ path: ['name'], text: 'has a slash, and there is no built-in profile of this name' }]
  const missing = (['usage', 'commonName'] as const).filter((field) => entry[field] === undefined)
  const faults = missing.map((field) => ({ path: [field], text: 'is missing' }))
  return faults.length > 0 ? faults : faultsOfProfile(customOf(entry), surroundings)
}

/** What may be changed of a built-in profile; its content is what other programs rely on. */
const CHANGEABLE = ['name', 'life', 'keyAlgorithms', 'revocation']

const faultsOfOverride = (
  entry: ProfileEntry,
  builtIn: Profile,
  served: readonly Profile[],
): ProfileFault[] => {
  if (!served.some(({ name }) => name === entry.name))
    return [{ path: ['name'], text: 'is built in, but its set is not in profileSets' }]
  const fixed = Object.keys(entry).filter((field) => !CHANGEABLE.includes(field))
  const longest = longestOverride(builtIn)
  return [
    ...fixed.map((field) => ({
      path: [field],
      text: `cannot be changed: ${entry.name} is built in, and only ${CHANGEABLE.slice(1).join(', ')} can be set`,
    })),
    ...(longest === undefined && entry.life !== undefined
      ? [{ path: ['life'], text: 'is set in lifetimes for this profile' }]
      : faultsOfLife(overrideOf(entry).life, longest ?? builtIn.life)),
  ]
}

const surroundingsOf = (file: Readonly<Record<string, unknown>>): ProfileSurroundings => {
  const cluster = v.safeParse(clusterSection, file['cluster'])
  const addresses = v.safeParse(v.array(host), file['addresses'])
  return {
    cluster: cluster.success ? cluster.output : undefined,
    caHosts: addresses.success ? addresses.output.map(parseHost) : [],
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
