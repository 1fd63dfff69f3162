import { ALL_BUILT_IN_PROFILES } from './profile-sets.ts'

// Profiles of nodes are those of components; persons have no role.
const COMPONENT_USERS: ReadonlySet<string> = new Set(
  ALL_BUILT_IN_PROFILES.filter(({ roles }) => roles.length > 0).map(({ commonName }) => commonName),
)

/** Whether a component of some table is called so: RBAC binds rights to these very names. */
export const isComponentUser = (user: string): boolean => COMPONENT_USERS.has(user)
