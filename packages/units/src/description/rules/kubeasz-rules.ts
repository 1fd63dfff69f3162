import * as v from 'valibot'
import { CONFIGURED_COMPONENTS } from '../sections/settings.ts'
import { kubeaszOptions } from '../sections/kubeasz-options.ts'
import { fault, type Fault, type Judge, type Judged, ofFlavour, type Rule } from './rule.ts'

const optionsOf = ({ file }: Judged) => file.kubeasz ?? v.parse(kubeaszOptions, {})

const extraFlag = (
  { file }: Judged,
  component: 'kubelet' | 'kube-proxy',
  name: string,
): string | undefined => {
  const flags = Object.entries(file.settings[component].extraFlags)
  const [, value] = flags.find(([key]) => key.replaceAll('_', '-') === name) ?? []
  return value === undefined ? undefined : String(value)
}

const oneHostname: Judge = (judged) =>
  extraFlag(judged, 'kubelet', 'hostname-override') ===
  extraFlag(judged, 'kube-proxy', 'hostname-override')
    ? []
    : [
        fault(
          ['settings', 'kube-proxy', 'extraFlags'],
          'hostname-override differs from the kubelet’s: kube-proxy would find no node and write no rules',
        ),
      ]

const dnsWithDomain: Judge = (judged) => {
  const [address, domain] = ['cluster-dns', 'cluster-domain'].map(
    (name) => extraFlag(judged, 'kubelet', name) !== undefined,
  )
  return !optionsOf(judged).clusterDns && address !== domain
    ? [
        fault(
          ['settings', 'kubelet', 'extraFlags'],
          'cluster-dns and cluster-domain work only together',
        ),
      ]
    : []
}

const callersSeen: Judge = (judged) => {
  const { networkPolicy, serviceTraffic } = optionsOf(judged)
  const extra = extraFlag(judged, 'kube-proxy', 'masquerade-all')
  if (!networkPolicy) return []
  const text = 'masquerade-all hides from NetworkPolicy who calls'
  if (serviceTraffic === 'masquerade-all') return [fault(['kubeasz', 'serviceTraffic'], text)]
  return extra === undefined || extra === 'false'
    ? []
    : [fault(['settings', 'kube-proxy', 'extraFlags'], text)]
}

const addressOfEach: Judge = ({ file }) =>
  file.nodes.flatMap(({ addresses }, index) =>
    addresses.length === 0
      ? [fault(['nodes', index, 'addresses'], 'kubeasz binds the kubelet to an address: give one')]
      : [],
  )

const BRIDGE_PREFIX = 24

/** Each machine of a bridged cluster has a /24 of the pod network. */
const roomForBridges: Judge = ({ file, networks }) => {
  const [pods = ''] = networks.pods
  const prefix = Number(pods.split('/')[1])
  if (file.cni !== 'bridge') return []
  if (pods.includes(':')) return [fault(['cni'], 'bridge is for IPv4 alone')]
  return prefix > BRIDGE_PREFIX || file.nodes.length > 2 ** (BRIDGE_PREFIX - prefix)
    ? [fault(['networks', 'pods'], `${pods} has no /24 for each node, which bridge needs`)]
    : []
}

const SERVED: readonly string[] = ['kubelet', 'kube-proxy']

const knownParts: Judge = ({ file }): Fault[] => [
  ...(file.containerRuntime !== undefined && file.containerRuntime.name !== 'docker'
    ? [fault(['containerRuntime', 'name'], 'must be docker for kubeasz')]
    : []),
  ...(file.cni === 'none' ? [fault(['cni'], 'must be flannel, calico or bridge for kubeasz')] : []),
  ...(file.proxyMode === 'nftables'
    ? [fault(['proxyMode'], 'nftables came with 1.29: use iptables or ipvs')]
    : []),
  ...CONFIGURED_COMPONENTS.flatMap((name) => [
    ...(Object.keys(file.settings[name].config).length > 0
      ? [fault(['settings', name, 'config'], 'kubeasz of 1.9 to 1.14 has flags alone')]
      : []),
    ...(!SERVED.includes(name) && Object.keys(file.settings[name].extraFlags).length > 0
      ? [fault(['settings', name, 'extraFlags'], 'kubeasz writes kubelet and kube-proxy alone')]
      : []),
  ]),
]

const JUDGES: readonly Judge[] = [
  oneHostname,
  dnsWithDomain,
  callersSeen,
  addressOfEach,
  roomForBridges,
  knownParts,
]

const READS = [
  'nodes',
  'settings',
  'networks',
  'containerRuntime',
  'cni',
  'proxyMode',
  'kubeasz',
] as const

/** What Kubernetes under kubeasz has no place for, or would get wrong. */
export const KUBEASZ_RULES: readonly Rule[] = [ofFlavour('kubeasz', READS, JUDGES)]
