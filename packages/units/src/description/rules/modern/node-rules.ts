import type { DescribedNode } from '../../cluster-description.ts'
import { resolveNode } from '../../resolve-nodes.ts'
import { fault, faultIf, type Judge, type Judged } from '../rule.ts'

const resolved = ({ file, release }: Judged): readonly DescribedNode[] =>
  file.nodes.map((node) => resolveNode(node, { without: file.without }, release))

/** Of a description of masters and nodes; one of workers alone has its masters elsewhere. */
export const someEtcd: Judge = (judged) => {
  const nodes = resolved(judged)
  const needs = nodes.findIndex(({ components }) => components.has('apiserver'))
  return faultIf(
    needs >= 0 && !nodes.some(({ components }) => components.has('etcd')),
    ['nodes', needs, 'components'],
    'runs kube-apiserver, and no node of the description runs etcd',
  )
}

export const addressesOfMembers: Judge = (judged) => {
  const members = resolved(judged)
    .map((node, index) => ({ node, index }))
    .filter(({ node }) => node.components.has('etcd'))
  return members.length < 2
    ? []
    : members
        .filter(({ node }) => node.addresses.length === 0)
        .map(({ index }) =>
          fault(['nodes', index], 'runs etcd, and other members need an address of it'),
        )
}

// kubelet_node_status.go and apis/well_known_labels.go of Kubernetes: NodeRestriction of 1.16.
const OPEN_PREFIXES = ['kubelet.kubernetes.io', 'node.kubernetes.io']
const OPEN_LABELS = [
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
]

const isOf = (prefix: string, domain: string): boolean =>
  prefix === domain || prefix.endsWith(`.${domain}`)

const mayLabelItself = (key: string): boolean => {
  const prefix = key.includes('/') ? key.slice(0, key.indexOf('/')) : ''
  const isReserved = ['kubernetes.io', 'k8s.io'].some((domain) => isOf(prefix, domain))
  return (
    !isReserved || OPEN_LABELS.includes(key) || OPEN_PREFIXES.some((domain) => isOf(prefix, domain))
  )
}

/** Labels by which a node could draw pods of the control plane to itself. */
export const forbiddenLabels: Judge = ({ file }) =>
  file.nodes.flatMap(({ labels }, index) =>
    Object.keys(labels)
      .filter((key) => !mayLabelItself(key))
      .map((key) =>
        fault(
          ['nodes', index, 'labels', key],
          'is not for a node to give itself: the kubelet would not start',
        ),
      ),
  )
