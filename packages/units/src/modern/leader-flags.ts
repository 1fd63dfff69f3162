import type { Flag } from './flag.ts'
import { requestHeaderTrust } from './request-header-trust.ts'
import type { StackFacts } from './stack-facts.ts'

/** What controller manager and scheduler share: how they serve metrics, and whom they let in. */
export const leaderFlags = (facts: StackFacts, name: string): readonly Flag[] => {
  const { certificate, key } = facts.paths.certificateOf(name)
  const kubeconfig = facts.paths.kubeconfigPath(`${name}-client`)
  return [
    ['bind-address', '127.0.0.1'],
    // A port without TLS, until 1.22 open by default and from 1.24 on gone.
    ['port', 0, { before: 23 }],
    ['tls-cert-file', certificate],
    ['tls-private-key-file', key],
    ['tls-min-version', 'VersionTLS12'],
    ['authentication-kubeconfig', kubeconfig],
    ['authorization-kubeconfig', kubeconfig],
    ['client-ca-file', facts.paths.bundlePath('client-ca')],
    ...requestHeaderTrust(facts),
  ]
}
