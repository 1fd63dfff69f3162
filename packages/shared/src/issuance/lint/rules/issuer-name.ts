import { lintRule } from '../lint-rule.ts'

export const issuerName = lintRule({
  name: 'issuer-name',
  requires: 'issuer octet for octet the subject of the issuer’s certificate',
  source: 'RFC 5280 §4.1.2.4',
  findFault: ({ read, issuer }) =>
    read.issuer.equals(issuer.subject) ? undefined : 'it names another issuer',
})
