import { APISERVER_HOSTS, ETCD_HOSTS } from './host-templates.ts'
import { KUBERNETES_PROFILES } from './kubernetes-profiles.ts'
import type { Profile } from './profile.ts'
import { aliasOf, type ProfileRow, profileOfRow } from './profile-row.ts'

const both = { roles: ['worker', 'master'], requesters: ['operator'] } as const
const master = { roles: ['master'], requesters: ['operator'] } as const

const same = (name: string, target: string): Profile => aliasOf(`nixos/${name}`, KUBERNETES_PROFILES, target)
const own = (name: string, row: ProfileRow): Profile => profileOfRow(`nixos/${name}`, row)

/**
 * The fifteen certificates of NixOS `services.kubernetes.easyCerts`, by their names there. CN and O
 * of clients are those that its RBAC bindings expect; usages and SANs, which it leaves out, are put right.
 */
export const NIXOS_PROFILES: readonly Profile[] = [
  // A server is known by its SANs alone (RFC 9525), whatever its CN.
  same('kubelet', 'kubelet-serving'),
  same('kubelet-client', 'kubelet-client'),
  own('kube-proxy-client', { usage: 'client', commonName: 'system:kube-proxy', ...both }),
  same('flannel-client', 'flannel-client'),

  own('kube-apiserver', { usage: 'server', commonName: 'kubernetes', names: APISERVER_HOSTS, ...master }),
  same('kube-apiserver-proxy-client', 'front-proxy-client'),
  // Bound by name in its add-on system:kube-apiserver:kubelet-api-admin.
  own('kube-apiserver-kubelet-client', { usage: 'client', commonName: 'system:kube-apiserver', ...master }),
  own('kube-apiserver-etcd-client', { issuer: 'etcd', usage: 'client', commonName: 'etcd-client', ...master }),
  same('cluster-admin', 'cluster-admin'),
  // One certificate for clients and peers; there the CN is the master's address.
  own('etcd', { issuer: 'etcd', usage: 'peer', commonName: '{node.name}', names: [...ETCD_HOSTS, 'etcd.local', 'etcd.{cluster.domain}'], ...master }),
  same('kube-controller-manager', 'kube-controller-manager'),
  same('kube-controller-manager-client', 'kube-controller-manager-client'),
  same('kube-scheduler-client', 'kube-scheduler-client'),
  same('kube-addon-manager', 'kube-addon-manager-client'),
  // Only its key is used, for the tokens of service accounts; as a client it would be a user.
  own('service-account', { usage: 'token-signing', commonName: 'system:service-account-signer', ...master }),
]
