import { lintRule } from '../lint-rule.ts'

export const keyNotOfIssuer = lintRule({
  name: 'key-not-of-issuer',
  requires: 'key other than that of the issuer',
  source: 'NIST SP 800-57 part 1 §5.2',
  findFault: ({ keyIdentifier, issuer }) =>
    keyIdentifier.equals(issuer.keyIdentifier) ? 'its key is that of its issuer' : undefined,
})
