import { OID } from '../../../asn1/index.ts'
import { lintRule } from '../lint-rule.ts'

export const kubeletClientForm = lintRule({
  name: 'kubelet-client-form',
  requires: 'clients system:node:<name> in system:nodes alone, without names',
  source: 'Kubernetes, kubernetes.io/kube-apiserver-client-kubelet',
  findFault: ({ read, commonNames, organizations }) => {
    const { extendedKeyUsage = [], names } = read
    if (!commonNames[0]?.startsWith('system:node:') || extendedKeyUsage.includes(OID.serverAuth))
      return undefined
    if (names.length > 0) return 'a kubelet’s client certificate has names'
    return organizations.some((group) => group !== 'system:nodes')
      ? 'a kubelet’s client certificate has another group'
      : undefined
  },
})
