import { parseHost } from '@easycerts/shared/cluster'
import { addressInCidr } from '@easycerts/shared/cluster'
import type { ClusterDescription, DescribedNode } from '../description/index.ts'
import type { Check, Checked } from './check.ts'
import { certifiedHosts } from './certified-hosts.ts'
import { fieldValues, flagValues, type FoundValue, partsOf } from './setting-values.ts'

interface Dialled {
  /** Profile of the certificate that whoever listens there shows. */
  readonly profile: string
  readonly hosts: (checked: Checked) => readonly FoundValue[]
  /** Who listens; the node itself unless it is said. */
  readonly listeners?: (description: ClusterDescription) => readonly DescribedNode[]
}

const mastersOf = ({ nodes }: ClusterDescription): readonly DescribedNode[] =>
  nodes.filter(({ components }) => components.has('apiserver'))

/** What clients dial, and the certificate that they see there. */
const DIALLED: readonly Dialled[] = [
  {
    profile: 'kube-apiserver',
    listeners: mastersOf,
    hosts: ({ request: { description } }) => [
      { value: description.masterAddress.value, where: 'masterAddress' },
      {
        value: addressInCidr(description.networks.services[0] ?? '', 1),
        where: 'the address of the kubernetes service',
      },
      ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map(inPods),
      inPods(`kubernetes.default.svc.${description.domain}`),
    ],
  },
  {
    profile: 'kube-apiserver',
    hosts: ({ read }) => flagValues(read, ['kube-apiserver'], 'advertise-address'),
  },
  {
    profile: 'etcd-server',
    hosts: ({ read }) => [
      ...flagValues(read, ['kube-apiserver'], 'etcd-servers').flatMap(tlsHosts).filter(isOwn(read)),
      ...flagValues(read, ['etcd'], 'advertise-client-urls').flatMap(tlsHosts),
    ],
  },
  {
    profile: 'etcd-peer',
    hosts: ({ read }) =>
      flagValues(read, ['etcd'], 'initial-advertise-peer-urls').flatMap(tlsHosts),
  },
  {
    profile: 'kubelet-serving',
    hosts: ({ read, request: { node } }) => [
      ...flagValues(read, ['kubelet'], 'node-ip').flatMap(partsOf),
      ...fieldValues(read, 'KubeletConfiguration', 'address').filter(
        ({ value }) => !ANYWHERE.has(value),
      ),
      { value: node.name, where: 'the name of the Node, which kube-apiserver dials' },
    ],
  },
]

const inPods = (value: string): FoundValue => ({ value, where: 'a name that pods dial' })

/** Where everything on a machine listens. */
const ANYWHERE = new Set(['0.0.0.0', '::', ''])

const tlsHosts = (found: FoundValue): FoundValue[] =>
  partsOf(found)
    .filter(({ value }) => value.startsWith('https://') && URL.canParse(value))
    .map(({ value, where }) => ({ value: new URL(value).hostname.replace(/^\[|\]$/g, ''), where }))

/** Where no etcd runs here, the certificate that is shown is another node's. */
const isOwn =
  ({ units }: Checked['read']) =>
  (): boolean =>
    units.some(({ component }) => component === 'etcd')

/** A TLS client refuses a server whose certificate does not have what it dialled (RFC 9525). */
export const namesAreCertified: Check = {
  name: 'what is dialled is certified',
  find: (checked) => {
    const { description, node } = checked.request
    if (!node.components.has('certificates')) return []
    return DIALLED.flatMap(({ profile, hosts, listeners }) =>
      hosts(checked).flatMap(({ value, where }) =>
        (listeners?.(description) ?? [node])
          .filter((listener) => !certifies(profile, description, listener, value))
          .map(
            (listener) =>
              `${where} is ${value}, which the certificate ${profile} of ${listener.name} does not have`,
          ),
      ),
    )
  },
}

const certifies = (
  profile: string,
  description: ClusterDescription,
  node: DescribedNode,
  dialled: string,
): boolean => certifiedHosts(profile, description, node).includes(canonical(dialled))

const canonical = (host: string): string => {
  try {
    return parseHost(host).value
  } catch {
    return host
  }
}
