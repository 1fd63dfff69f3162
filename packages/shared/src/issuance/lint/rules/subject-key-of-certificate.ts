import { subjectKeyIdentifier } from '../../../x509/index.ts'
import { lintRule } from '../lint-rule.ts'

export const subjectKeyOfCertificate = lintRule({
  name: 'subject-key-of-certificate',
  requires: 'subjectKeyIdentifier the SHA-1 of its own key, not critical',
  source: 'RFC 5280 §4.2.1.2',
  findFault: ({ read: { extensions }, keyIdentifier }) => {
    const expected = subjectKeyIdentifier(keyIdentifier)
    const actual = extensions.get(expected.oid)
    return actual?.critical === false && actual.value.equals(expected.value)
      ? undefined
      : 'it identifies another key as its own'
  },
})
