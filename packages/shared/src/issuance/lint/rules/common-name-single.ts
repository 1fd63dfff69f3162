import { lintRule } from '../lint-rule.ts'

export const commonNameSingle = lintRule({
  name: 'common-name-single',
  requires: 'exactly one common name, behind the organizations',
  source: 'RFC 5280 §4.1.2.6',
  findFault: ({ commonNames, read: { subject } }) => {
    if (commonNames.length !== 1) return `it has ${commonNames.length} common names`
    return subject.at(-1)?.type === 'commonName' ? undefined : 'its common name is not the last'
  },
})
