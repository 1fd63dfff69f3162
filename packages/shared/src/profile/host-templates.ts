/** Names of a node: its own, and those that its ticket gave it. */
export const NODE_HOSTS = ['{node.name}', '{node.hosts}'] as const

/** For what is dialled on the node itself too. */
export const LOCAL_HOSTS = [...NODE_HOSTS, 'localhost', '127.0.0.1'] as const

/** etcd compares a peer's source address with the SANs, on loopback too. */
export const ETCD_HOSTS = [...LOCAL_HOSTS, '::1'] as const

/** What clients of the cluster dial for kube-apiserver; no worker may bear one of these. */
export const APISERVER_SERVICE_HOSTS = [
  '{cluster.apiserverHost}',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster',
  'kubernetes.default.svc.{cluster.domain}',
  '{cluster.apiserverServiceAddress}',
] as const

/** kube-apiserver's names, from "PKI certificates and requirements" (kubernetes.io). */
export const APISERVER_HOSTS = [
  ...NODE_HOSTS,
  ...APISERVER_SERVICE_HOSTS,
  'localhost',
  '127.0.0.1',
  '::1',
] as const
