import { lintRule } from '../lint-rule.ts'

export const ANY_EXTENDED_KEY_USAGE = '2.5.29.37.0'

export const anyExtendedKeyUsage = lintRule({
  name: 'any-extended-key-usage',
  requires: 'no anyExtendedKeyUsage',
  source: 'RFC 5280 §4.2.1.12',
  findFault: ({ read: { extendedKeyUsage = [] } }) =>
    extendedKeyUsage.includes(ANY_EXTENDED_KEY_USAGE) ? 'it is for any purpose' : undefined,
})
