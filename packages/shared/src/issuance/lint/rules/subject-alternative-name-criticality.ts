import { OID } from '../../../asn1/index.ts'
import { lintRule } from '../lint-rule.ts'

export const subjectAlternativeNameCriticality = lintRule({
  name: 'subject-alternative-name-criticality',
  requires: 'subjectAltName critical exactly if the subject is empty',
  source: 'RFC 5280 §4.2.1.6',
  findFault: ({ read: { extensions, subject } }) => {
    const extension = extensions.get(OID.subjectAltName)
    const isEmpty = subject.length === 0
    if (!extension) return isEmpty ? 'it has neither a subject nor names' : undefined
    if (extension.critical === isEmpty) return undefined
    return `subjectAltName is ${extension.critical ? 'critical' : 'not critical'}`
  },
})
