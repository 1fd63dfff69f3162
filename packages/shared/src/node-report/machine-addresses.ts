import { type ClusterFacts, type Host, isInCidr, parseHost } from '../cluster/index.ts'

/** Ranges in which no address is one that other machines dial this machine by, and why. */
const UNFIT: readonly (readonly [range: string, reason: string])[] = [
  ['0.0.0.0/8', 'is unspecified'],
  ['127.0.0.0/8', 'is loopback'],
  ['169.254.0.0/16', 'is link-local'],
  ['224.0.0.0/4', 'is multicast'],
  ['240.0.0.0/4', 'is reserved or broadcast'],
  // With :: and ::1 (RFC 4291 §2.5.5.1).
  ['::/96', 'is unspecified, loopback, or IPv4 written as IPv6'],
  ['::ffff:0:0/96', 'is IPv4 written as IPv6'],
  ['::ffff:0:0:0/96', 'is IPv4 written as IPv6'],
  ['64:ff9b::/96', 'is IPv4 behind NAT64'],
  ['64:ff9b:1::/48', 'is IPv4 behind NAT64'],
  ['2001::/32', 'is a Teredo tunnel'],
  ['2002::/16', 'is a 6to4 tunnel'],
  ['fe80::/10', 'is link-local'],
  ['ff00::/8', 'is multicast'],
]

/** Why other machines cannot dial a machine by this host; undefined for one that they can. */
export const faultOfMachineHost = (
  { kind, value }: Host,
  { domain, podCidr, serviceCidr }: Pick<ClusterFacts, 'domain' | 'podCidr' | 'serviceCidr'>,
): string | undefined => {
  if (kind === 'dns') return faultOfName(value, domain)
  if (isInCidr(value, podCidr)) return 'is of the pods'
  if (isInCidr(value, serviceCidr)) return 'is of the services'
  return UNFIT.find(([range]) => isInCidr(value, range))?.[1]
}

const faultOfName = (name: string, domain: string): string | undefined => {
  const isBelow = (suffix: string): boolean => name === suffix || name.endsWith(`.${suffix}`)
  if (['localhost', 'localdomain'].some(isBelow)) return 'is loopback'
  return [domain, 'svc', 'cluster.local'].some(isBelow) ? 'is of the services' : undefined
}

/** Interfaces of containers, tunnels and virtual machines; `*` stands for any rest. */
export const CONTAINER_INTERFACES = [
  ...['br-*', 'cali*', 'cbr*', 'cilium*', 'cni*', 'docker*', 'dummy*', 'flannel*', 'kube-*'],
  ...['lxc*', 'lxdbr*', 'nodelocaldns', 'podman*', 'tunl*', 'veth*', 'virbr*', 'vxlan*', 'weave*'],
] as const

export const isIgnoredInterface = (name: string, ignored: readonly string[]): boolean =>
  ignored.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  )

/** Text as a host, if it is one in the one spelling that we have of it. */
export const hostOf = (text: string): Host | undefined => {
  try {
    return parseHost(text)
  } catch {
    return undefined
  }
}
