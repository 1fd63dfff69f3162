import { backdateOf } from '../../../x509/index.ts'
import { lintRule } from '../lint-rule.ts'

export const validityOfGrant = lintRule({
  name: 'validity-of-grant',
  requires:
    'life, first and last second counted in, of at most what was granted and its backdating',
  source: 'RFC 5280 §4.1.2.5',
  findFault: ({ read: { validity }, grant: { life } }) => {
    // Inclusive: notAfter itself is a second of the life.
    const actual = validity.notAfter.getTime() - validity.notBefore.getTime() + 1000
    const excess = actual - life - backdateOf(life)
    return excess <= 0 ? undefined : `it lives ${excess / 1000} s longer than was granted`
  },
})
