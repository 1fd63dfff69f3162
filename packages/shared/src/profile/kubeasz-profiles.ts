import { ETCD_HOSTS, LOCAL_HOSTS } from './host-templates.ts'
import { KUBERNETES_PROFILES, MAX_ADMIN_LIFE } from './kubernetes-profiles.ts'
import type { Profile } from './profile.ts'
import { aliasOf, type ProfileRow, profileOfRow } from './profile-row.ts'

const both = { roles: ['worker', 'master'], requesters: ['operator'] } as const
const master = { roles: ['master'], requesters: ['operator'] } as const
const person = { requesters: ['operator'], life: MAX_ADMIN_LIFE, lifeFrom: 'own' } as const

const same = (name: string, target: string): Profile => aliasOf(`kubeasz/${name}`, KUBERNETES_PROFILES, target)
const own = (name: string, row: ProfileRow): Profile => profileOfRow(`kubeasz/${name}`, row)

/**
 * The certificates that kubeasz makes with cfssl, by the names of its `*-csr.json` files. Its group
 * `k8s` has no meaning in Kubernetes and stays; one CA for all becomes the CA of each purpose.
 */
export const KUBEASZ_PROFILES: readonly Profile[] = [
  // One certificate for the kubeconfig and for serving.
  own('kubelet', { usage: 'peer', commonName: 'system:node:{node.name}', organizations: ['system:nodes'], names: LOCAL_HOSTS, ...both }),
  own('kube-proxy', { usage: 'client', commonName: 'system:kube-proxy', organizations: ['k8s'], ...both }),
  // Network plug-ins that keep their state in etcd.
  own('calico', { issuer: 'etcd', usage: 'client', commonName: 'calico', organizations: ['k8s'], ...both }),
  own('cilium', { issuer: 'etcd', usage: 'client', commonName: 'cilium', organizations: ['k8s'], ...both }),

  // A server is known by its SANs alone (RFC 9525), whatever its CN.
  same('kubernetes', 'kube-apiserver'),
  // Its kube-apiserver names no allowed CN, so the CA alone decides: it must be the front-proxy one.
  own('aggregator-proxy', { issuer: 'front-proxy', usage: 'client', commonName: 'aggregator', organizations: ['k8s'], ...master }),
  own('kube-controller-manager', { usage: 'client', commonName: 'system:kube-controller-manager', organizations: ['system:kube-controller-manager'], ...master }),
  own('kube-scheduler', { usage: 'client', commonName: 'system:kube-scheduler', organizations: ['system:kube-scheduler'], ...master }),
  own('etcd', { issuer: 'etcd', usage: 'peer', commonName: 'etcd', organizations: ['k8s'], names: ETCD_HOSTS, ...master }),

  own('admin', { usage: 'client', commonName: 'admin', organizations: ['system:masters'], mayGrantMasters: true, ...person }),
  own('read', { usage: 'client', commonName: 'read', organizations: ['group:read'], ...person }),
]
