import { authorityKeyIdentifier } from '../../../x509/index.ts'
import { lintRule } from '../lint-rule.ts'

export const authorityKeyOfIssuer = lintRule({
  name: 'authority-key-of-issuer',
  requires: 'authorityKeyIdentifier the issuer’s own identifier, not critical',
  source: 'RFC 5280 §4.2.1.1',
  findFault: ({ read: { extensions }, issuer }) => {
    const expected = authorityKeyIdentifier(issuer.keyIdentifier)
    const actual = extensions.get(expected.oid)
    return actual?.critical === false && actual.value.equals(expected.value)
      ? undefined
      : 'it identifies another key as its issuer’s'
  },
})
