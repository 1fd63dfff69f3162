import { lintRule } from '../lint-rule.ts'

export const validityOrder = lintRule({
  name: 'validity-order',
  requires: 'notBefore before notAfter',
  source: 'RFC 5280 §4.1.2.5',
  findFault: ({ read: { validity } }) =>
    validity.notBefore < validity.notAfter ? undefined : 'it ends before it begins',
})
