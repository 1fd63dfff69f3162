/**
 * Ports that components of a node listen on unless their own flags say otherwise, beside
 * kube-apiserver's, which a cluster chooses.
 */
export const COMPONENT_PORTS = {
  etcdClient: 2379,
  etcdPeer: 2380,
  kubelet: 10_250,
  kubeControllerManager: 10_257,
  kubeScheduler: 10_259,
} as const

/** Where a look tells whether a node's certificate is in use. */
export interface ProofPoint {
  /** server: whoever listens shows it; client: whoever listens accepts it. */
  readonly use: 'server' | 'client'
  /** Loopback, the node's first address, or where all nodes reach kube-apiserver. */
  readonly at: 'loopback' | 'node' | 'apiserver'
  /** A port, or the one of kube-apiserver. */
  readonly port: number | 'apiserver'
  /** Its unit is restarted where it serves the old certificate; etcd and kube-apiserver under a lease. */
  readonly mayRestart?: true
  /** Where the component is not of our own units, it makes a certificate itself, as kubeadm and kubeasz have it. */
  readonly mayBeUnused?: true
}

const servedAt = (port: ProofPoint['port'], more: Partial<ProofPoint> = {}): ProofPoint => ({
  use: 'server',
  at: 'loopback',
  port,
  ...more,
})

/**
 * By purpose of a bundle, on masters: who names its CAs to clients, and reads them anew or is
 * restarted for them. The kubelet names the ones of its start until 1.36.
 */
export const BUNDLE_PROOF_POINTS: Readonly<Record<string, ProofPoint | undefined>> = {
  'client-ca': servedAt('apiserver'),
  'etcd-client': servedAt(COMPONENT_PORTS.etcdClient),
  'etcd-peer': servedAt(COMPONENT_PORTS.etcdPeer, { at: 'node' }),
}

const apiserverClient: ProofPoint = { use: 'client', at: 'apiserver', port: 'apiserver' }

const leader = (port: number): ProofPoint => servedAt(port, { mayRestart: true, mayBeUnused: true })

/** By profile; what is missing nobody can look at. */
export const PROOF_POINTS: Readonly<Record<string, ProofPoint | undefined>> = {
  'kubelet-serving': servedAt(COMPONENT_PORTS.kubelet, { mayRestart: true }),
  'kube-controller-manager': leader(COMPONENT_PORTS.kubeControllerManager),
  'kube-scheduler': leader(COMPONENT_PORTS.kubeScheduler),
  'kube-apiserver': servedAt('apiserver', { mayRestart: true }),
  'etcd-server': servedAt(COMPONENT_PORTS.etcdClient, { mayRestart: true }),
  'etcd-peer': servedAt(COMPONENT_PORTS.etcdPeer, { at: 'node', mayRestart: true }),
  'etcd-healthcheck-client': { use: 'client', at: 'loopback', port: COMPONENT_PORTS.etcdClient },
  'kube-apiserver-etcd-client': { use: 'client', at: 'loopback', port: COMPONENT_PORTS.etcdClient },
  'kubelet-client': apiserverClient,
  'kube-proxy-client': apiserverClient,
  'flannel-client': apiserverClient,
  'kube-controller-manager-client': apiserverClient,
  'kube-scheduler-client': apiserverClient,
  'kube-addon-manager-client': apiserverClient,
  'cluster-admin': apiserverClient,
}
