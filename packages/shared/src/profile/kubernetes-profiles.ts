import { hours } from '../time/index.ts'
import { APISERVER_HOSTS, ETCD_HOSTS, LOCAL_HOSTS, NODE_HOSTS } from './host-templates.ts'
import type { Profile } from './profile.ts'
import { type ProfileRow, profileOfRow } from './profile-row.ts'

const ADMIN_LIFE = hours(8)
/** An exported certificate of a person cannot be revoked at kube-apiserver, so it must be short. */
export const MAX_ADMIN_LIFE = hours(24)

const both = { roles: ['worker', 'master'], requesters: ['operator'] } as const
const master = { roles: ['master'], requesters: ['operator'] } as const
const person = { requesters: ['operator'], life: ADMIN_LIFE, lifeFrom: 'own', maxLife: MAX_ADMIN_LIFE } as const

const profile = (name: string, row: ProfileRow): Profile => profileOfRow(name, row)

/** One row per certificate of "PKI certificates and requirements" (kubernetes.io), and those of its usual companions. */
export const KUBERNETES_PROFILES: readonly Profile[] = [
  profile('kubelet-client', { usage: 'client', commonName: 'system:node:{node.name}', organizations: ['system:nodes'], ...both }),
  // KEP-4872: the apiserver will demand this CN of a kubelet's serving certificate.
  profile('kubelet-serving', { usage: 'server', commonName: 'system:node:{node.name}', organizations: ['system:nodes'], names: NODE_HOSTS, ...both }),
  profile('kube-proxy-client', { usage: 'client', commonName: 'system:kube-proxy', organizations: ['system:node-proxier'], ...both }),
  profile('flannel-client', { usage: 'client', commonName: 'flannel-client', ...both }),

  profile('kube-apiserver', { usage: 'server', commonName: 'kube-apiserver', names: APISERVER_HOSTS, ...master }),
  // No system:masters here: a ClusterRoleBinding to system:kubelet-api-admin is all it needs.
  profile('kube-apiserver-kubelet-client', { usage: 'client', commonName: 'kube-apiserver-kubelet-client', ...master }),
  profile('kube-apiserver-etcd-client', { issuer: 'etcd', usage: 'client', commonName: 'kube-apiserver-etcd-client', ...master }),
  profile('front-proxy-client', { issuer: 'front-proxy', usage: 'client', commonName: 'front-proxy-client', ...master }),
  profile('kube-controller-manager', { usage: 'server', commonName: 'kube-controller-manager', names: LOCAL_HOSTS, ...master }),
  profile('kube-controller-manager-client', { usage: 'client', commonName: 'system:kube-controller-manager', ...master }),
  profile('kube-scheduler', { usage: 'server', commonName: 'kube-scheduler', names: LOCAL_HOSTS, ...master }),
  profile('kube-scheduler-client', { usage: 'client', commonName: 'system:kube-scheduler', ...master }),
  profile('kube-addon-manager-client', { usage: 'client', commonName: 'system:kube-addon-manager', ...master }),

  // etcd's gateway dials itself with its serving certificate, so it carries clientAuth too (etcd#9785).
  profile('etcd-server', { issuer: 'etcd', usage: 'peer', commonName: 'kube-etcd', names: ETCD_HOSTS, ...master }),
  profile('etcd-peer', { issuer: 'etcd', usage: 'peer', commonName: 'kube-etcd-peer', names: ETCD_HOSTS, ...master }),
  profile('etcd-healthcheck-client', { issuer: 'etcd', usage: 'client', commonName: 'kube-etcd-healthcheck-client', ...master }),

  profile('cluster-admin', { usage: 'client', commonName: 'cluster-admin', organizations: ['system:masters'], mayGrantMasters: true, clusterAdmin: true, ...master }),
  // admin.conf of kubeadm: a group of its own, whose ClusterRoleBinding can be deleted; system:masters cannot be taken away.
  profile('kubernetes-admin', { usage: 'client', commonName: 'kubernetes-admin', organizations: ['easycerts:cluster-admins'], ...person }),
  profile('super-admin', { usage: 'client', commonName: 'kubernetes-super-admin', organizations: ['system:masters'], mayGrantMasters: true, ...person }),
]
