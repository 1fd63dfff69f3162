import { lintRule } from '../lint-rule.ts'

export const issuerOfProfile = lintRule({
  name: 'issuer-of-profile',
  requires: 'issuer of the purpose that the profile names',
  source: 'Kubernetes, PKI certificates and requirements',
  findFault: ({ grant: { profile }, issuer }) =>
    profile.issuer === issuer.purpose
      ? undefined
      : `profile "${profile.name}" is not for the ${issuer.purpose} issuer`,
})
