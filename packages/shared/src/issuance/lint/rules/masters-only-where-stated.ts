import { lintRule } from '../lint-rule.ts'

export const mastersOnlyWhereStated = lintRule({
  name: 'masters-only-where-stated',
  requires: 'system:masters only from profiles that may grant it',
  source: 'Kubernetes, RBAC good practices',
  findFault: ({ organizations, grant: { profile } }) =>
    organizations.includes('system:masters') && profile.mayGrantMasters !== true
      ? `profile "${profile.name}" may not grant system:masters`
      : undefined,
})
