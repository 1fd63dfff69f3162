import { layoutOf } from '@easycerts/shared/layout'
import type { ClusterDescription, DescribedNode, KubeaszOptions } from '../description/index.ts'

interface Pair {
  readonly certificate: string
  readonly key: string
}

/** What the units and kubeconfigs of a node name. */
export interface CertificatePaths {
  readonly clientCa: string
  readonly serverCa: string
  readonly serving: Pair
  readonly client: Pair
  readonly proxy: Pair
}

/** By certmgr in the description's layout; without certificates of ours those that kubeasz itself makes. */
export const certificatePaths = (
  { layout }: ClusterDescription,
  { components }: DescribedNode,
  { caDirectory }: KubeaszOptions,
): CertificatePaths => {
  const pair = (name: string): Pair => ({
    certificate: `${caDirectory}/${name}.pem`,
    key: `${caDirectory}/${name}-key.pem`,
  })
  const ca = `${caDirectory}/ca.pem`
  const [kubelet, proxy] = [pair('kubelet'), pair('kube-proxy')]
  if (!components.has('certificates'))
    return { clientCa: ca, serverCa: ca, serving: kubelet, client: kubelet, proxy }
  const { certificates, bundles } = layoutOf(layout)
  const bundle = (purpose: string): string =>
    bundles.find((row) => row.purpose === purpose)?.path ?? ca
  const ours = (profile: string, other: Pair): Pair =>
    certificates.find((row) => row.profile === profile) ?? other
  return {
    clientCa: bundle('client-ca'),
    serverCa: bundle('server-ca'),
    serving: ours('kubelet-serving', kubelet),
    client: ours('kubelet-client', kubelet),
    proxy: ours('kube-proxy-client', proxy),
  }
}
