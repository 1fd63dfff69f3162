import type { KeyUsage } from '../../../x509/index.ts'
import { lintRule } from '../lint-rule.ts'

const FOR_RSA: readonly KeyUsage[] = ['digitalSignature', 'keyEncipherment']
const FOR_OTHERS: readonly KeyUsage[] = ['digitalSignature']
// no-ca-bits has its own word on these.
const OF_A_CA: readonly KeyUsage[] = ['keyCertSign', 'cRLSign']

export const keyUsage = lintRule({
  name: 'key-usage',
  requires: 'key usage digitalSignature, with keyEncipherment exactly for RSA, and nothing else',
  source: 'RFC 5280 §4.2.1.3, Kubernetes, certificate signing requests',
  findFault: ({ tbs: { publicKey }, read: { keyUsage = [] } }) => {
    const expected = publicKey.algorithm.startsWith('rsa') ? FOR_RSA : FOR_OTHERS
    const missing = expected.find((usage) => !keyUsage.includes(usage))
    if (missing) return `its key usage lacks ${missing}`
    const foreign = keyUsage.find((usage) => !expected.includes(usage) && !OF_A_CA.includes(usage))
    return foreign && `its key usage has ${foreign}`
  },
})
