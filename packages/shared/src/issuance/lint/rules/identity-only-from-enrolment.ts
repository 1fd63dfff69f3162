import { lintRule } from '../lint-rule.ts'

const IDENTITY_GROUPS = ['easycerts:node', 'easycerts:operator', 'easycerts:trust']

export const identityOnlyFromEnrolment = lintRule({
  name: 'identity-only-from-enrolment',
  requires:
    'identities (groups easycerts:node, easycerts:operator and easycerts:trust, URIs easycerts://…) only from the enrolment issuer',
  source: 'easycerts, docs/decisions/0003',
  findFault: ({ read: { names }, organizations, issuer }) => {
    if (issuer.purpose === 'enrolment') return undefined
    const group = organizations.find((each) => IDENTITY_GROUPS.includes(each))
    if (group !== undefined) return `the ${issuer.purpose} issuer gives the group ${group}`
    return names.some(({ kind, value }) => kind === 'uri' && value.startsWith('easycerts:'))
      ? `the ${issuer.purpose} issuer gives the name of an identity`
      : undefined
  },
})
