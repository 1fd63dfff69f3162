import { OID } from '../../../asn1/index.ts'
import { lintRule } from '../lint-rule.ts'

export const kubeletServingForm = lintRule({
  name: 'kubelet-serving-form',
  requires:
    'servers system:node:<name> in system:nodes alone, with DNS names or addresses and nothing else',
  source: 'Kubernetes, kubernetes.io/kubelet-serving',
  findFault: ({ read, commonNames, organizations }) => {
    const { extendedKeyUsage = [], names } = read
    if (!commonNames[0]?.startsWith('system:node:') || !extendedKeyUsage.includes(OID.serverAuth))
      return undefined
    if (names.some(({ kind }) => kind === 'uri')) return 'a kubelet’s serving certificate has a URI'
    return organizations.some((group) => group !== 'system:nodes')
      ? 'a kubelet’s serving certificate has another group'
      : undefined
  },
})
