/** What kubeadm ships with a release, the newest first; its path changed in 1.8 of CoreDNS. */
const IMAGES = [
  [35, 'coredns/coredns:v1.13.1'],
  [34, 'coredns/coredns:v1.12.1'],
  [33, 'coredns/coredns:v1.12.0'],
  [31, 'coredns/coredns:v1.11.3'],
  [29, 'coredns/coredns:v1.11.1'],
  [27, 'coredns/coredns:v1.10.1'],
  [25, 'coredns/coredns:v1.9.3'],
  [23, 'coredns/coredns:v1.8.6'],
  [21, 'coredns/coredns:v1.8.0'],
  [19, 'coredns:1.7.0'],
] as const

const OLDEST = 'coredns:1.6.7'

export const corednsImage = (minor: number): string =>
  `registry.k8s.io/${IMAGES.find(([since]) => minor >= since)?.[1] ?? OLDEST}`
