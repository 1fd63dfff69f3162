import { isReservedSubject } from '../../../profile/index.ts'
import { lintRule } from '../lint-rule.ts'

// system:masters has a rule of its own.

export const reservedGroup = lintRule({
  name: 'reserved-group',
  requires: 'groups system:… and easycerts:… only as the profile itself has them',
  source: 'Kubernetes, RBAC, default roles',
  findFault: ({ organizations, grant: { profile } }) => {
    const foreign = organizations.find(
      (group) =>
        isReservedSubject(group) &&
        group !== 'system:masters' &&
        !profile.organizations.includes(group),
    )
    return foreign && `profile "${profile.name}" does not state the group ${foreign}`
  },
})
