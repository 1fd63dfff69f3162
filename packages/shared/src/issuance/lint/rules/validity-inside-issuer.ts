import { lintRule } from '../lint-rule.ts'

export const validityInsideIssuer = lintRule({
  name: 'validity-inside-issuer',
  requires: 'first and last second inside the life of the issuer',
  source: 'RFC 5280 §6.1.3',
  findFault: ({ read: { validity }, issuer }) => {
    if (validity.notBefore < issuer.notBefore) return 'it begins before its issuer'
    return validity.notAfter <= issuer.notAfter ? undefined : 'it outlives its issuer'
  },
})
