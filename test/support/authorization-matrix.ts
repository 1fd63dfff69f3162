import { buildCustomProfile, type Profile } from '@easycerts/shared/profile'
import { hours } from '@easycerts/shared/time'
import type { Requester } from '@easycerts/shared/issuance'
import {
  CA_SERVER,
  LEGACY_KEY,
  nodeRequester,
  OPERATOR,
  OPERATOR_CERTIFICATE,
  ticketRequester,
} from './requesters.ts'
import { ADMIN_MASTER, MASTER, WORKER } from './sample-cluster.ts'

/** One of each that a CA can meet. */
export const REQUESTERS = {
  'ticket of a worker': ticketRequester(WORKER),
  'ticket of an admin master': ticketRequester(ADMIN_MASTER),
  worker: nodeRequester(WORKER),
  // No ticket can make one; a damaged record could.
  'worker said to be cluster-admin': nodeRequester({ ...WORKER, clusterAdmin: true }),
  master: nodeRequester(MASTER),
  'admin master': nodeRequester(ADMIN_MASTER),
  operator: OPERATOR,
  'operator for a worker': { ...OPERATOR, node: WORKER },
  'operator for a master': { ...OPERATOR, node: MASTER },
  'operator certificate': OPERATOR_CERTIFICATE,
  'operator certificate for a master': { ...OPERATOR_CERTIFICATE, node: MASTER },
  'legacy key': LEGACY_KEY,
  'ca-server': CA_SERVER,
} as const satisfies Readonly<Record<string, Requester>>

export type RequesterName = keyof typeof REQUESTERS

/** Profiles of an operator's own, one for each way to admit somebody. */
export const CUSTOM_PROFILES: readonly Profile[] = [
  buildCustomProfile({
    name: 'vpn',
    usage: 'client',
    commonName: 'vpn:{node.name}',
    roles: ['worker'],
  }),
  buildCustomProfile({
    name: 'audit',
    usage: 'client',
    commonName: 'auditor',
    requesters: ['operator-certificate'],
    life: hours(1),
  }),
  buildCustomProfile({
    name: 'old-agent',
    usage: 'client',
    commonName: 'agent',
    requesters: ['legacy'],
  }),
]

const BOTH = [
  'worker',
  'worker said to be cluster-admin',
  'master',
  'admin master',
  'operator for a worker',
  'operator for a master',
] as const
const MASTERS = ['master', 'admin master', 'operator for a master'] as const
const OPERATORS = ['operator', 'operator for a worker', 'operator for a master'] as const

/** A subject without a node in it: the operator needs to name none. */
const anyNode = [...BOTH, 'operator'] as const
const anyMaster = [...MASTERS, 'operator', 'operator for a worker'] as const

/** Who gets what, by hand: every profile there is has a row, and who is not in it is denied. */
export const GRANTED_TO: Readonly<Record<string, readonly RequesterName[]>> = {
  'kubelet-client': BOTH,
  'kubelet-serving': BOTH,
  'kube-proxy-client': anyNode,
  'flannel-client': anyNode,
  'kube-apiserver': MASTERS,
  'kube-apiserver-kubelet-client': anyMaster,
  'kube-apiserver-etcd-client': anyMaster,
  'front-proxy-client': anyMaster,
  'kube-controller-manager': MASTERS,
  'kube-controller-manager-client': anyMaster,
  'kube-scheduler': MASTERS,
  'kube-scheduler-client': anyMaster,
  'kube-addon-manager-client': anyMaster,
  'etcd-server': MASTERS,
  'etcd-peer': MASTERS,
  'etcd-healthcheck-client': anyMaster,
  'cluster-admin': ['admin master', ...OPERATORS],
  'kubernetes-admin': OPERATORS,
  'super-admin': OPERATORS,

  'nixos/kubelet': BOTH,
  'nixos/kubelet-client': BOTH,
  'nixos/kube-proxy-client': anyNode,
  'nixos/flannel-client': anyNode,
  'nixos/kube-apiserver': MASTERS,
  'nixos/kube-apiserver-proxy-client': anyMaster,
  'nixos/kube-apiserver-kubelet-client': anyMaster,
  'nixos/kube-apiserver-etcd-client': anyMaster,
  'nixos/cluster-admin': ['admin master', ...OPERATORS],
  'nixos/etcd': MASTERS,
  'nixos/kube-controller-manager': MASTERS,
  'nixos/kube-controller-manager-client': anyMaster,
  'nixos/kube-scheduler-client': anyMaster,
  'nixos/kube-addon-manager': anyMaster,
  'nixos/service-account': anyMaster,

  'kubeasz/kubelet': BOTH,
  'kubeasz/kube-proxy': anyNode,
  'kubeasz/calico': anyNode,
  'kubeasz/cilium': anyNode,
  'kubeasz/kubernetes': MASTERS,
  'kubeasz/aggregator-proxy': anyMaster,
  'kubeasz/kube-controller-manager': anyMaster,
  'kubeasz/kube-scheduler': anyMaster,
  'kubeasz/etcd': MASTERS,
  'kubeasz/admin': OPERATORS,
  'kubeasz/read': OPERATORS,

  'node-identity': [
    'ticket of a worker',
    'ticket of an admin master',
    'worker',
    'worker said to be cluster-admin',
    'master',
    'admin master',
  ],
  'ca-server': ['ca-server'],
  'legacy-door': ['ca-server'],
  'ocsp-signer-cluster': ['ca-server'],
  'ocsp-signer-etcd': ['ca-server'],
  'ocsp-signer-front-proxy': ['ca-server'],
  'ocsp-signer-enrolment': ['ca-server'],
  'trust-key': ['ca-server'],
  operator: OPERATORS,
  // With system:masters among the groups: not for the operator certificate.
  admin: OPERATORS,
  legacy: ['legacy key'],

  vpn: ['worker', 'worker said to be cluster-admin'],
  audit: ['operator certificate', 'operator certificate for a master'],
  'old-agent': [],
}
