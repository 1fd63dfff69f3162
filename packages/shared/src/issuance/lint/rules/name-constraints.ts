import { findForbiddenName } from '../../../x509/index.ts'
import { lintRule } from '../lint-rule.ts'

export const nameConstraints = lintRule({
  name: 'name-constraints',
  requires: 'subject and names that every CA above permits',
  source: 'RFC 5280 §4.2.1.10',
  findFault: ({ read, issuer }) => {
    for (const constraints of issuer.nameConstraints) {
      const forbidden = findForbiddenName(constraints, {
        subject: read.subjectDer,
        names: read.names,
      })
      if (forbidden !== undefined) return `a CA above does not permit ${forbidden}`
    }
    return undefined
  },
})
