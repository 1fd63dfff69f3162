import type { Flag } from './flag.ts'
import { bundlePath, certificateOf, kubeconfigPath } from './layout-lookup.ts'
import { requestHeaderTrust } from './request-header-trust.ts'

/** What controller manager and scheduler share: how they serve metrics, and whom they let in. */
export const leaderFlags = (name: string): readonly Flag[] => {
  const { certificate, key } = certificateOf(name)
  const kubeconfig = kubeconfigPath(`${name}-client`)
  return [
    ['bind-address', '127.0.0.1'],
    // A port without TLS, until 1.22 open by default and from 1.24 on gone.
    ['port', 0, { before: 23 }],
    ['tls-cert-file', certificate],
    ['tls-private-key-file', key],
    ['tls-min-version', 'VersionTLS12'],
    ['authentication-kubeconfig', kubeconfig],
    ['authorization-kubeconfig', kubeconfig],
    ['client-ca-file', bundlePath('client-ca')],
    ...requestHeaderTrust(),
  ]
}
