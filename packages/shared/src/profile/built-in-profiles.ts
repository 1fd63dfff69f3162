import { days, hours } from '../time/index.ts'
import type { Profile } from './profile.ts'

const LEAF_LIFE = days(30)
const ADMIN_LIFE = hours(8)

/** kube-apiserver's names, from "PKI certificates and requirements" (kubernetes.io). */
const APISERVER_NAMES = [
  '{node.name}',
  '{node.hosts}',
  '{cluster.apiserverHost}',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster',
  'kubernetes.default.svc.{cluster.domain}',
  '{cluster.apiserverServiceAddress}',
  'localhost',
  '127.0.0.1',
  '::1',
] as const

const NODE_NAMES = ['{node.name}', '{node.hosts}'] as const
// etcd compares a peer's source address with the SANs, on loopback too.
const ETCD_NAMES = [...NODE_NAMES, 'localhost', '127.0.0.1', '::1'] as const
const LOCAL_NAMES = [...NODE_NAMES, 'localhost', '127.0.0.1'] as const

const BOTH = ['worker', 'master'] as const
const MASTER = ['master'] as const

type Row = Partial<Profile> & Pick<Profile, 'usage' | 'commonName' | 'roles'>

const profile = (name: string, row: Row): Profile => ({
  name,
  issuer: 'cluster',
  organizations: [],
  names: [],
  life: LEAF_LIFE,
  ...row,
})

/**
 * One row per certificate that a cluster needs. Sources: kubernetes.io "PKI certificates and
 * requirements", and the fifteen of NixOS `services.kubernetes` with their EKUs and SANs put right.
 */
export const BUILT_IN_PROFILES: readonly Profile[] = [
  profile('kubelet-client', { usage: 'client', commonName: 'system:node:{node.name}', organizations: ['system:nodes'], roles: BOTH }),
  // KEP-4872: the apiserver will demand this CN of a kubelet's serving certificate.
  profile('kubelet-serving', { usage: 'server', commonName: 'system:node:{node.name}', organizations: ['system:nodes'], names: NODE_NAMES, roles: BOTH }),
  profile('kube-proxy-client', { usage: 'client', commonName: 'system:kube-proxy', organizations: ['system:node-proxier'], roles: BOTH }),
  profile('flannel-client', { usage: 'client', commonName: 'flannel-client', roles: BOTH }),

  profile('kube-apiserver', { usage: 'server', commonName: 'kube-apiserver', names: APISERVER_NAMES, roles: MASTER }),
  // No system:masters here: a ClusterRoleBinding to system:kubelet-api-admin is all it needs.
  profile('kube-apiserver-kubelet-client', { usage: 'client', commonName: 'kube-apiserver-kubelet-client', roles: MASTER }),
  profile('kube-apiserver-etcd-client', { issuer: 'etcd', usage: 'client', commonName: 'kube-apiserver-etcd-client', roles: MASTER }),
  profile('front-proxy-client', { issuer: 'front-proxy', usage: 'client', commonName: 'front-proxy-client', roles: MASTER }),
  profile('kube-controller-manager', { usage: 'server', commonName: 'kube-controller-manager', names: LOCAL_NAMES, roles: MASTER }),
  profile('kube-controller-manager-client', { usage: 'client', commonName: 'system:kube-controller-manager', roles: MASTER }),
  profile('kube-scheduler', { usage: 'server', commonName: 'kube-scheduler', names: LOCAL_NAMES, roles: MASTER }),
  profile('kube-scheduler-client', { usage: 'client', commonName: 'system:kube-scheduler', roles: MASTER }),
  profile('kube-addon-manager-client', { usage: 'client', commonName: 'system:kube-addon-manager', roles: MASTER }),

  // etcd's gateway dials itself with its serving certificate, so it carries clientAuth too (etcd#9785).
  profile('etcd-server', { issuer: 'etcd', usage: 'peer', commonName: 'kube-etcd', names: ETCD_NAMES, roles: MASTER }),
  profile('etcd-peer', { issuer: 'etcd', usage: 'peer', commonName: 'kube-etcd-peer', names: ETCD_NAMES, roles: MASTER }),
  profile('etcd-healthcheck-client', { issuer: 'etcd', usage: 'client', commonName: 'kube-etcd-healthcheck-client', roles: MASTER }),

  profile('cluster-admin', { usage: 'client', commonName: 'cluster-admin', organizations: ['system:masters'], roles: MASTER, clusterAdmin: true }),

  // Below: never for a node that asks with its identity.
  profile('node-identity', { issuer: 'enrolment', usage: 'client', commonName: '{node.name}', organizations: ['easycerts:node'], identityUri: true, roles: [] }),
  profile('ca-server', { issuer: 'enrolment', usage: 'server', commonName: 'easycerts ca-server', names: ['{caServer.hosts}'], roles: [] }),
  profile('admin', { usage: 'client', commonName: '{request.user}', organizations: ['{request.groups}'], life: ADMIN_LIFE, roles: [] }),
]
