import { KUBEASZ_PROFILES } from './kubeasz-profiles.ts'
import { KUBERNETES_PROFILES } from './kubernetes-profiles.ts'
import { NIXOS_PROFILES } from './nixos-profiles.ts'
import { OWN_PROFILES } from './own-profiles.ts'
import type { Profile } from './profile.ts'

/**
 * The tables of certificates that a CA can serve, side by side: the rows of a foreign one carry its
 * name in front ('nixos/kubelet'), so that two tables never mean two things by one name.
 */
export const PROFILE_SETS = {
  kubernetes: KUBERNETES_PROFILES,
  nixos: NIXOS_PROFILES,
  kubeasz: KUBEASZ_PROFILES,
} as const satisfies Readonly<Record<string, readonly Profile[]>>

export type ProfileSet = keyof typeof PROFILE_SETS

export const PROFILE_SET_NAMES = [
  'kubernetes',
  'nixos',
  'kubeasz',
] as const satisfies readonly ProfileSet[]

export const profilesOfSets = (sets: readonly ProfileSet[]): Profile[] => [
  ...PROFILE_SET_NAMES.filter((name) => sets.includes(name)).flatMap((name) => PROFILE_SETS[name]),
  ...OWN_PROFILES,
]

/** What a CA serves if nothing is said. */
export const BUILT_IN_PROFILES: readonly Profile[] = profilesOfSets(['kubernetes'])

/** Every row of every table, whether served or not. */
export const ALL_BUILT_IN_PROFILES: readonly Profile[] = profilesOfSets(PROFILE_SET_NAMES)
