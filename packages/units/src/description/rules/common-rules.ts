import { addressInCidr, isInCidr } from '@easycerts/shared/cluster'
import ipaddr from 'ipaddr.js'
import type { DescriptionFile } from '../description-file.ts'
import { canRun, FLAVOURS, type FlavourName } from '../flavour.ts'
import { fault, type Judge, type Rule } from './rule.ts'

/** The section of each flavour that has one. */
const SECTIONS = {
  modern: 'modern',
  nixos: 'nixos',
  fleet: 'fleet',
  kubeasz: 'kubeasz',
  'kubelet-wrapper': 'kubeletWrapper',
} as const satisfies Readonly<Record<FlavourName, keyof DescriptionFile>>

const releaseOfFlavour: Judge = ({ file, release }) => {
  const traits = FLAVOURS[file.flavour]
  const { first, last } = traits.releases
  return !canRun(release, traits)
    ? [
        fault(
          ['kubernetesVersion'],
          `${file.flavour} cannot run ${release}: it is for ${first === last ? first : `${first} to ${last}`}`,
        ),
      ]
    : []
}

const sectionOfFlavour: Judge = ({ file }) =>
  Object.entries(SECTIONS)
    .filter(([flavour, key]) => flavour !== file.flavour && file[key] !== undefined)
    .map(([flavour, key]) => fault([key], `is only for flavour ${flavour}`))

const mastersOfFlavour: Judge = ({ file }) => {
  const masters = file.nodes.flatMap(({ roles }, index) =>
    roles.includes('master') ? [index] : [],
  )
  const [, second] = masters
  return second !== undefined && !FLAVOURS[file.flavour].severalMasters
    ? [fault(['nodes', second, 'roles'], `${file.flavour} has one master and no more`)]
    : []
}

const namesOnce: Judge = ({ file }) => {
  const seen = new Set<string>()
  return file.nodes.flatMap((node, index) =>
    // Nodes of kubeasz are named by their address.
    [node.name, ...node.addresses.filter((each) => each !== node.name)].flatMap((value) => {
      if (!seen.has(value)) {
        seen.add(value)
        return []
      }
      return [
        fault(
          ['nodes', index, value === node.name ? 'name' : 'addresses'],
          `${value} stands twice`,
        ),
      ]
    }),
  )
}

const LOCAL = ['localhost', '127.0.0.1', '::1']

const reachableMaster: Judge = ({ file }) =>
  LOCAL.includes(file.masterAddress) && file.nodes.length > 1
    ? [fault(['masterAddress'], 'is this machine alone, and the cluster has further nodes')]
    : []

const familyOf = (cidr: string): 'ipv4' | 'ipv6' => (cidr.includes(':') ? 'ipv6' : 'ipv4')

const twoFamilies: Judge = ({ file, networks }) =>
  (['services', 'pods'] as const).flatMap((key) => {
    const [first = '', second] = networks[key]
    if (second === undefined) return []
    if (!FLAVOURS[file.flavour].dualStack)
      return [fault(['networks', key], `${file.flavour} has one range and no more`)]
    return familyOf(first) === familyOf(second)
      ? [fault(['networks', key], 'has two ranges of one family')]
      : []
  })

const sameFamilies: Judge = ({ networks: { services, pods } }) =>
  services.map(familyOf).some((family) => !pods.map(familyOf).includes(family))
    ? [fault(['networks', 'pods'], 'has no range of a family that services have')]
    : []

const overlaps = (a: string, b: string): boolean => {
  const [first, second] = [ipaddr.parseCIDR(a), ipaddr.parseCIDR(b)]
  if (first[0].kind() !== second[0].kind()) return false
  const length = Math.min(first[1], second[1])
  return first[0].match(second[0], length)
}

const disjointRanges: Judge = ({ file, networks }) => {
  const { services, pods } = networks
  const ranges = services.some((range) => pods.some((other) => overlaps(range, other)))
  return [
    ...(ranges ? [fault(['networks'], 'services and pods overlap')] : []),
    ...file.nodes.flatMap(({ addresses }, index) =>
      addresses
        .filter((address) => [...services, ...pods].some((range) => isInCidr(address, range)))
        .map((address) =>
          fault(['nodes', index, 'addresses'], `${address} lies in a range of services or pods`),
        ),
    ),
  ]
}

const dnsInServices: Judge = ({ networks: { services, dns } }) => {
  const [primary = ''] = services
  const range = services.find((each) => isInCidr(dns, each))
  if (range === undefined)
    return [fault(['networks', 'dns'], `${dns} is outside the range of services, ${primary}`)]
  return dns === addressInCidr(range, 1)
    ? [fault(['networks', 'dns'], `${dns} is the address of the kubernetes service`)]
    : []
}

/** What every flavour is asked. */
export const COMMON_RULES: readonly Rule[] = [
  { reads: ['kubernetesVersion'], judge: releaseOfFlavour },
  { reads: [], judge: sectionOfFlavour },
  { reads: ['nodes'], judge: mastersOfFlavour },
  { reads: ['nodes'], judge: namesOnce },
  { reads: ['masterAddress', 'nodes'], judge: reachableMaster },
  { reads: ['networks'], judge: twoFamilies },
  { reads: ['networks'], judge: sameFamilies },
  { reads: ['networks', 'nodes'], judge: disjointRanges },
  { reads: ['networks'], judge: dnsInServices },
]
