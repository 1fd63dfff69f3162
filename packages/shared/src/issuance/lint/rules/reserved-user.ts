import { isReservedSubject } from '../../../profile/index.ts'
import { lintRule } from '../lint-rule.ts'

/** 'system:' before a placeholder would leave the rest of the name to somebody else. */
const PREFIXED = /^(system|easycerts):./

export const reservedUser = lintRule({
  name: 'reserved-user',
  requires: 'users system:… and easycerts:… only as the profile itself has them',
  source: 'Kubernetes, RBAC, default roles',
  findFault: ({ commonNames, grant: { profile } }) => {
    const [stated = ''] = profile.commonName.split('{')
    const isStated = (name: string) => PREFIXED.test(stated) && name.startsWith(stated)
    const foreign = commonNames.find((name) => isReservedSubject(name) && !isStated(name))
    return foreign && `profile "${profile.name}" does not state the user ${foreign}`
  },
})
