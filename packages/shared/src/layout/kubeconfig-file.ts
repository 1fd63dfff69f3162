import type { Role } from '../cluster/index.ts'

/** A kubeconfig that a node's component reads: whose certificate it refers to, and who owns it. */
export interface KubeconfigFile {
  readonly path: string
  /** Profile of the certificate that it refers to. */
  readonly profile: string
  /** The name of the user entry. */
  readonly user: string
  readonly owner: 'root' | 'kubernetes'
  readonly roles: readonly Role[]
  readonly clusterAdmin?: boolean
}

const both = ['worker', 'master'] as const
const master = ['master'] as const

export const KUBECONFIG_FILES: readonly KubeconfigFile[] = [
  { path: '/etc/kubernetes/kubelet.conf', profile: 'kubelet-client', user: 'kubelet', owner: 'root', roles: both },
  { path: '/etc/kubernetes/kube-proxy.conf', profile: 'kube-proxy-client', user: 'kube-proxy', owner: 'root', roles: both },
  { path: '/etc/kubernetes/flannel.conf', profile: 'flannel-client', user: 'flannel', owner: 'root', roles: both },
  { path: '/etc/kubernetes/controller-manager.conf', profile: 'kube-controller-manager-client', user: 'kube-controller-manager', owner: 'kubernetes', roles: master },
  { path: '/etc/kubernetes/scheduler.conf', profile: 'kube-scheduler-client', user: 'kube-scheduler', owner: 'kubernetes', roles: master },
  { path: '/etc/kubernetes/addon-manager.conf', profile: 'kube-addon-manager-client', user: 'kube-addon-manager', owner: 'kubernetes', roles: master },
  { path: '/etc/kubernetes/cluster-admin.kubeconfig', profile: 'cluster-admin', user: 'cluster-admin', owner: 'root', roles: master, clusterAdmin: true },
]
