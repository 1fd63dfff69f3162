import { isAtLeast, type Release } from '../../../release/index.ts'
import { isDualStack } from '../../resolve-networks.ts'
import { type Fault, fault, faultIf, type Judge } from '../rule.ts'

export const fittingRuntime: Judge = ({ file: { containerRuntime }, release }) =>
  containerRuntime === undefined
    ? []
    : containerRuntime.name === 'containerd'
      ? fittingContainerd(containerRuntime.version, release)
      : [
          ...faultIf(
            containerRuntime.name === 'rkt',
            ['containerRuntime', 'name'],
            'must be containerd or docker: rkt is gone in Kubernetes 1.11',
          ),
          ...faultIf(
            containerRuntime.name === 'docker' && isAtLeast(release, '1.24'),
            ['containerRuntime', 'name'],
            'must be containerd: docker is gone in Kubernetes 1.24',
          ),
          ...faultIf(
            containerRuntime.version !== undefined,
            ['containerRuntime', 'version'],
            'is only for containerd',
          ),
        ]

const fittingContainerd = (version: string | undefined, release: Release): readonly Fault[] => [
  ...faultIf(
    version?.startsWith('1') === true && isAtLeast(release, '1.36'),
    ['containerRuntime', 'version'],
    'must be 2: Kubernetes 1.35 is the last one that runs on containerd 1.x',
  ),
  ...faultIf(
    version?.startsWith('2') === true && !isAtLeast(release, '1.23'),
    ['containerRuntime', 'version'],
    'must be 1.7: containerd 2 speaks version 1 of CRI alone, which the kubelet knows since 1.23',
  ),
]

export const proxyModeOfRelease: Judge = ({ file, release }) =>
  faultIf(
    file.proxyMode === 'nftables' && !isAtLeast(release, '1.31'),
    ['proxyMode'],
    'must not be nftables before Kubernetes 1.31',
  )

/** KEP-563: on by itself since 1.21. */
export const dualStackSince: Judge = ({ networks, release }) =>
  faultIf(
    isDualStack(networks) && !isAtLeast(release, '1.21'),
    ['networks', 'services'],
    'has one range before Kubernetes 1.21, which is the first with both families',
  )

const prefixOf = (range: string): number => Number(range.split('/')[1])
const isIpv6 = (range: string): boolean => range.includes(':')

/** KEP-1880, general in 1.33, lifts the bound of a bitmap of 2^20 addresses. */
export const roomForServices: Judge = ({ networks, release }) =>
  isAtLeast(release, '1.33')
    ? []
    : networks.services
        .filter((range) => (isIpv6(range) ? 128 : 32) - prefixOf(range) > 20)
        .map((range) =>
          fault(
            ['networks', 'services'],
            `${range} is too large: kube-apiserver before 1.33 takes ${isIpv6(range) ? '/108' : '/12'} at most`,
          ),
        )

const MASKS = {
  ipv4: { ofNode: 24, largest: 8 },
  // The controller holds a bitmap of at most 2^16 ranges.
  ipv6: { ofNode: 64, largest: 48 },
} as const

/** kube-controller-manager ends over a range that it cannot divide among nodes. */
export const roomForNodes: Judge = ({ networks, file: { settings } }) => {
  const masks = Object.keys(settings['kube-controller-manager'].extraFlags)
  if (masks.some((name) => name.replaceAll('_', '-').startsWith('node-cidr-mask-size'))) return []
  return networks.pods.flatMap((range) => {
    const { ofNode, largest } = MASKS[isIpv6(range) ? 'ipv6' : 'ipv4']
    const fits = prefixOf(range) <= ofNode && prefixOf(range) >= largest
    return faultIf(
      !fits,
      ['networks', 'pods'],
      `${range} cannot be divided: each node gets a /${ofNode}, so take /${largest} to /${ofNode}`,
    )
  })
}
