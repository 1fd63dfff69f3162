import { minorVersion } from '../cluster/index.ts'
import type { CertificateUse, Component } from './node-certificate.ts'

/** The systemd unit of a component; `operator` (a person with kubectl or etcdctl) has none. */
export const COMPONENT_UNITS: Readonly<Record<Component, string | undefined>> = {
  kubelet: 'kubelet.service',
  'kube-proxy': 'kube-proxy.service',
  flannel: 'flanneld.service',
  'kube-apiserver': 'kube-apiserver.service',
  'kube-controller-manager': 'kube-controller-manager.service',
  'kube-scheduler': 'kube-scheduler.service',
  'kube-addon-manager': 'kube-addon-manager.service',
  etcd: 'etcd.service',
  operator: undefined,
}

const ALWAYS = Number.NEGATIVE_INFINITY
const NEVER = Number.POSITIVE_INFINITY

/**
 * First minor version of Kubernetes in which a component picks up a renewed certificate and key
 * by itself. Sources: client-go 1.18 (certificate files of a kubeconfig), apiserver 1.17 (serving,
 * kubelet-client 1.18), kubelet 1.31 (ReloadKubeletServerCertificateFile), etcd 3.2 (each handshake).
 */
const LEAF_RELOADS_SINCE: Readonly<Record<Component, Readonly<Record<CertificateUse, number>>>> = {
  kubelet: { serving: 31, kubeconfig: 18, client: NEVER, manual: ALWAYS },
  'kube-proxy': { serving: NEVER, kubeconfig: 18, client: NEVER, manual: ALWAYS },
  flannel: { serving: NEVER, kubeconfig: 18, client: NEVER, manual: ALWAYS },
  'kube-apiserver': { serving: 17, kubeconfig: 18, client: 18, manual: ALWAYS },
  'kube-controller-manager': { serving: 17, kubeconfig: 18, client: 18, manual: ALWAYS },
  'kube-scheduler': { serving: 17, kubeconfig: 18, client: 18, manual: ALWAYS },
  // kubectl reads its files anew at each call.
  'kube-addon-manager': { serving: ALWAYS, kubeconfig: ALWAYS, client: ALWAYS, manual: ALWAYS },
  etcd: { serving: ALWAYS, kubeconfig: NEVER, client: NEVER, manual: ALWAYS },
  operator: { serving: ALWAYS, kubeconfig: ALWAYS, client: ALWAYS, manual: ALWAYS },
}

export type ReloadNeed = 'none' | 'restart'

/** The least that a component needs after its certificate or key changed. */
export const needAfterLeafChange = (component: Component, use: CertificateUse, kubernetesVersion: string): ReloadNeed =>
  minorVersion(kubernetesVersion) >= LEAF_RELOADS_SINCE[component][use] ? 'none' : 'restart'

/** client-go reads a CA file anew since 1.36; etcd reads its trusted CA file only at start. */
const BUNDLE_RELOADS_SINCE: Readonly<Record<Component, number>> = {
  kubelet: 36,
  'kube-proxy': 36,
  flannel: NEVER,
  // --etcd-cafile and --kubelet-certificate-authority are read only at start.
  'kube-apiserver': NEVER,
  'kube-controller-manager': NEVER,
  'kube-scheduler': 36,
  'kube-addon-manager': ALWAYS,
  etcd: NEVER,
  operator: ALWAYS,
}

export const needAfterBundleChange = (component: Component, kubernetesVersion: string): ReloadNeed => (minorVersion(kubernetesVersion) >= BUNDLE_RELOADS_SINCE[component] ? 'none' : 'restart')
