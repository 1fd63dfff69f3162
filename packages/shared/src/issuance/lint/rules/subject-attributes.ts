import { lintRule } from '../lint-rule.ts'

const KNOWN = ['commonName', 'organizationName']

export const subjectAttributes = lintRule({
  name: 'subject-attributes',
  requires: 'subject of common name and organizations alone',
  source: 'Kubernetes, X.509 client certificates',
  findFault: ({ read: { subject } }) => {
    const foreign = subject.find(({ type }) => !KNOWN.includes(type))
    return foreign && `its subject has the attribute ${foreign.type}`
  },
})
