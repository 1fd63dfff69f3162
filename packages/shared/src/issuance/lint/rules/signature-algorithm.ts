import { KEY_ALGORITHM_ROWS } from '../../../key/index.ts'
import { lintRule } from '../lint-rule.ts'

export const signatureAlgorithm = lintRule({
  name: 'signature-algorithm',
  requires: 'signature algorithm of the issuer’s key',
  source: 'RFC 5280 §4.1.2.3',
  findFault: ({ read, issuer }) =>
    read.innerAlgorithm.equals(KEY_ALGORITHM_ROWS[issuer.signatureAlgorithm].signature)
      ? undefined
      : 'it says that it is signed in another way than its issuer signs',
})
