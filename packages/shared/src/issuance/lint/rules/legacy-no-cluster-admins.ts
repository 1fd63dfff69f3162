import { isClusterAdminGroup } from '../../../profile/index.ts'
import { legacyRule } from '../legacy-rule.ts'

export const legacyNoClusterAdmins = legacyRule({
  name: 'legacy-no-cluster-admins',
  requires: 'neither system:masters nor another group that has all rights',
  source: 'Kubernetes, RBAC good practices',
  findFault: ({ organizations }) => {
    const group = organizations.find(isClusterAdminGroup)
    return group && `it is in ${group}`
  },
})
