import { fact, type FactTable } from './fact.ts'

const ETCD = 'etcd server/embed/config.go'

/** Of etcd 3.4 and later, whose releases are not those of Kubernetes. */
export const ETCD_FLAGS: FactTable = {
  name: fact('the name of this member', ETCD),
  'data-dir': fact('where the state of the cluster lies', ETCD),
  'listen-client-urls': fact('where kube-apiserver reaches etcd', ETCD),
  'advertise-client-urls': fact('where members say that clients reach this one', ETCD),
  'listen-peer-urls': fact('where other members reach this one', ETCD),
  'initial-advertise-peer-urls': fact('where this member says that others reach it', ETCD),
  'initial-cluster': fact('the members of the first start', ETCD),
  'initial-cluster-token': fact('keeps members of another cluster out', ETCD),
  'initial-cluster-state': fact('whether the members begin anew or join others', ETCD),
  'listen-metrics-urls': fact('health and metrics for this machine alone, without a certificate', ETCD),
  'cert-file': fact('the serving certificate, which etcd reads at each handshake', ETCD),
  'key-file': fact('the key of the serving certificate', ETCD),
  'client-cert-auth': fact('nobody without a certificate reads the state', ETCD),
  'trusted-ca-file': fact('whose client certificates count: the CA of etcd alone', ETCD),
  'peer-cert-file': fact('the certificate for other members', ETCD),
  'peer-key-file': fact('the key of that certificate', ETCD),
  'peer-client-cert-auth': fact('nobody without a certificate joins', ETCD),
  'peer-trusted-ca-file': fact('whose peers count: the CA of etcd alone', ETCD),
}

const FLANNEL = 'flannel main.go'

export const FLANNELD_FLAGS: FactTable = {
  'kube-subnet-mgr': fact('ranges of nodes come from kube-apiserver, and not from etcd', FLANNEL),
  'kubeconfig-file': fact('where kube-apiserver is, and as whom flanneld comes', FLANNEL),
  'net-config-path': fact('the range of all pods, and how nodes are connected', FLANNEL),
  'subnet-file': fact('where the range of this node is written for CNI', FLANNEL),
  'ip-masq': fact('pods reach the world by the address of the node', FLANNEL),
  iface: fact('the interface that connects nodes', FLANNEL),
  'iface-can-reach': fact('the interface by which an address is reached', FLANNEL),
  'public-ip': fact('the address by which other nodes reach this one', FLANNEL),
  'healthz-port': fact('the port on which flanneld says that it lives', FLANNEL),
}
