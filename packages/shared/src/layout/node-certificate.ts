import type { Role } from '../cluster/index.ts'

export const PKI = '/etc/kubernetes/pki'

/** Where one certificate lives on a node, who owns its key, and which component group uses it. */
export interface NodeCertificate {
  /** Name of the profile, and of the spec file. */
  readonly profile: string
  readonly roles: readonly Role[]
  readonly clusterAdmin?: boolean
  /** Consumer group: certificates that must match switch together. */
  readonly group: string
  readonly component: Component
  readonly certificate: string
  readonly key: string
  /** User that reads the key; nobody else does. */
  readonly owner: 'root' | 'etcd' | 'kubernetes'
  /** How the component uses it, which decides between none, reload and restart. */
  readonly use: CertificateUse
  /** Kept: every mix of old and new is a valid pair for a program that reads both at each handshake. */
  readonly keyRotation: 'renew' | 'keep'
}

export type Component = 'kubelet' | 'kube-proxy' | 'flannel' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kube-addon-manager' | 'etcd' | 'operator'

export type CertificateUse = 'serving' | 'kubeconfig' | 'client' | 'manual'

const both = ['worker', 'master'] as const
const master = ['master'] as const

type Row = Omit<NodeCertificate, 'profile' | 'certificate' | 'key' | 'group' | 'keyRotation'> & {
  readonly keyRotation?: 'keep'
}

const at = (profile: string, path: string, row: Row): NodeCertificate => ({
  profile,
  group: row.component,
  certificate: `${PKI}/${path}.crt`,
  key: `${PKI}/${path}.key`,
  keyRotation: 'renew',
  ...row,
})

/** kubeadm's file names, so that what people know of a master stays true. */
export const NODE_CERTIFICATES: readonly NodeCertificate[] = [
  at('kubelet-client', 'kubelet-client', { roles: both, component: 'kubelet', owner: 'root', use: 'kubeconfig' }),
  at('kubelet-serving', 'kubelet', { roles: both, component: 'kubelet', owner: 'root', use: 'serving' }),
  at('kube-proxy-client', 'kube-proxy-client', { roles: both, component: 'kube-proxy', owner: 'root', use: 'kubeconfig' }),
  at('flannel-client', 'flannel-client', { roles: both, component: 'flannel', owner: 'root', use: 'kubeconfig' }),

  at('etcd-server', 'etcd/server', { roles: master, component: 'etcd', owner: 'etcd', use: 'serving', keyRotation: 'keep' }),
  at('etcd-peer', 'etcd/peer', { roles: master, component: 'etcd', owner: 'etcd', use: 'serving', keyRotation: 'keep' }),
  at('etcd-healthcheck-client', 'etcd/healthcheck-client', { roles: master, component: 'operator', owner: 'root', use: 'manual' }),
  at('kube-apiserver', 'apiserver', { roles: master, component: 'kube-apiserver', owner: 'kubernetes', use: 'serving' }),
  at('kube-apiserver-kubelet-client', 'apiserver-kubelet-client', { roles: master, component: 'kube-apiserver', owner: 'kubernetes', use: 'client' }),
  at('kube-apiserver-etcd-client', 'apiserver-etcd-client', { roles: master, component: 'kube-apiserver', owner: 'kubernetes', use: 'client', keyRotation: 'keep' }),
  at('front-proxy-client', 'front-proxy-client', { roles: master, component: 'kube-apiserver', owner: 'kubernetes', use: 'client' }),
  at('kube-controller-manager', 'controller-manager', { roles: master, component: 'kube-controller-manager', owner: 'kubernetes', use: 'serving' }),
  at('kube-controller-manager-client', 'controller-manager-client', { roles: master, component: 'kube-controller-manager', owner: 'kubernetes', use: 'kubeconfig' }),
  at('kube-scheduler', 'scheduler', { roles: master, component: 'kube-scheduler', owner: 'kubernetes', use: 'serving' }),
  at('kube-scheduler-client', 'scheduler-client', { roles: master, component: 'kube-scheduler', owner: 'kubernetes', use: 'kubeconfig' }),
  at('kube-addon-manager-client', 'addon-manager-client', { roles: master, component: 'kube-addon-manager', owner: 'kubernetes', use: 'kubeconfig' }),

  at('cluster-admin', 'cluster-admin', { roles: master, clusterAdmin: true, component: 'operator', owner: 'root', use: 'manual' }),
]
