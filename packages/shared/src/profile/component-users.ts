import { ALL_BUILT_IN_PROFILES } from './profile-sets.ts'
import { isClusterAdminGroup, isReservedSubject } from './reserved-subject.ts'

// Profiles of nodes are those of components; persons have no role.
const COMPONENT_USERS: ReadonlySet<string> = new Set(
  ALL_BUILT_IN_PROFILES.filter(({ roles }) => roles.length > 0).map(({ commonName }) => commonName),
)

/** Whether a component of some table is called so: RBAC binds rights to these very names. */
export const isComponentUser = (user: string): boolean => COMPONENT_USERS.has(user)

/** Users of the control plane: profiles of masters alone, and persons whose group is everything. */
const CONTROL_PLANE_USERS: ReadonlySet<string> = new Set(
  ALL_BUILT_IN_PROFILES.filter(
    ({ roles, organizations, mayGrantMasters, issuer }) =>
      (roles.length > 0 && !roles.includes('worker')) ||
      mayGrantMasters === true ||
      organizations.some(isClusterAdminGroup) ||
      issuer === 'front-proxy',
  )
    .map(({ commonName }) => commonName)
    .filter((commonName) => !commonName.includes('{')),
)

const NODE_USER = 'system:node:'
const NODE_GROUP = 'system:nodes'
/** What a worker is beside its nodes' users. */
const WORKER_USERS: readonly string[] = ['system:kube-proxy']

/** A subject that a key of the cfssl API gets only if its policy names it to the letter. */
export const isKeptForControlPlane = ({
  commonName,
  organizations,
}: {
  readonly commonName: string
  readonly organizations: readonly string[]
}): boolean => {
  const isNode = commonName.startsWith(NODE_USER)
  if (CONTROL_PLANE_USERS.has(commonName)) return true
  if (isReservedSubject(commonName) && !isNode && !WORKER_USERS.includes(commonName)) return true
  return organizations.some(
    (group) =>
      isClusterAdminGroup(group) || (isReservedSubject(group) && !(isNode && group === NODE_GROUP)),
  )
}
