import { ROLES } from '@easycerts/shared/cluster'
import { KEY_ALGORITHMS } from '@easycerts/shared/key'
import {
  ALL_BUILT_IN_PROFILES,
  CUSTOM_ISSUERS,
  CUSTOM_REQUESTERS,
  CUSTOM_USAGES,
  type CustomProfile,
  effectiveProfiles,
  type Profile,
  PROFILE_SET_NAMES,
  type ProfileOverride,
  type ProfileSet,
  REVOCATION_POLICIES,
} from '@easycerts/shared/profile'
import { parseDuration } from '@easycerts/shared/time'
import * as v from 'valibot'
import type { Lifetimes } from '../../authority/index.ts'
import { checkedBy } from '@easycerts/shared/config'

const oneOf = <const Options extends readonly string[]>(options: Options) =>
  v.picklist(options, `is not one of ${options.join(', ')}`)

const several = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.maxLength(16))

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(253))

/** Which tables of built-in profiles this CA serves. */
export const profileSetsSection = v.optional(
  v.pipe(v.array(oneOf(PROFILE_SET_NAMES)), v.minLength(1)),
  ['kubernetes'],
)

/** A profile of the operator's own, or what is changed of one that is built in: the name decides. */
export const profileEntry = v.strictObject({
  name: v.pipe(
    v.string(),
    v.regex(
      /^([a-z]+\/)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'is not a profile name (lower case, digits and hyphens)',
    ),
  ),
  issuer: v.optional(oneOf(CUSTOM_ISSUERS)),
  usage: v.optional(oneOf(CUSTOM_USAGES)),
  commonName: v.optional(text),
  organizations: v.optional(several(text)),
  names: v.optional(several(text)),
  roles: v.optional(several(oneOf(ROLES))),
  requesters: v.optional(several(oneOf(CUSTOM_REQUESTERS))),
  life: v.optional(checkedBy(parseDuration, 'is not a duration such as 720h or 30d')),
  revocation: v.optional(oneOf(REVOCATION_POLICIES)),
  keyAlgorithms: v.optional(v.pipe(several(oneOf(KEY_ALGORITHMS)), v.minLength(1))),
})

export type ProfileEntry = v.InferOutput<typeof profileEntry>

export const profilesSection = v.optional(v.pipe(v.array(profileEntry), v.maxLength(200)), [])

const lifeOf = ({ life }: ProfileEntry) => (life === undefined ? undefined : parseDuration(life))

export const overrideOf = (entry: ProfileEntry): ProfileOverride => ({
  ...entry,
  life: lifeOf(entry),
})

/** For an entry that has what every profile must have. */
export const customOf = (entry: ProfileEntry): CustomProfile => ({
  ...entry,
  usage: entry.usage ?? 'client',
  commonName: entry.commonName ?? '',
  life: lifeOf(entry),
})

/** The profiles in force, of a section without faults. */
export const servedProfiles = (
  sets: readonly ProfileSet[],
  entries: readonly ProfileEntry[],
  lifetimes: Lifetimes,
): Profile[] => {
  const isBuiltIn = ({ name }: ProfileEntry): boolean =>
    ALL_BUILT_IN_PROFILES.some((profile) => profile.name === name)
  return effectiveProfiles({
    sets,
    overrides: entries.filter(isBuiltIn).map(overrideOf),
    custom: entries.filter((entry) => !isBuiltIn(entry)).map(customOf),
    lifetimes,
  })
}
