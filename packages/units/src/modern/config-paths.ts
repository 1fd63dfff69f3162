import { COMPONENT_PORTS, PKI } from '@easycerts/shared/layout'

/** Configuration files that this package itself writes and its units name. */
export const CONFIG_PATHS = {
  kubelet: '/var/lib/kubelet/config.yaml',
  kubeProxy: '/var/lib/kube-proxy/config.yaml',
  apiserverAuthentication: '/etc/kubernetes/authentication.yaml',
  apiserverAuthorization: '/etc/kubernetes/authorization.yaml',
  scheduler: '/etc/kubernetes/scheduler.yaml',
  flannelNetwork: '/etc/kube-flannel/net-conf.json',
  containerd: '/etc/containerd/config.toml',
  docker: '/etc/docker/daemon.json',
  cni: '/etc/cni/net.d/10-flannel.conflist',
  cniTemplate: '/etc/containerd/cni.template',
  networkManager: '/etc/NetworkManager/conf.d/calico.conf',
  sysusers: '/etc/sysusers.d/easycerts.conf',
  tmpfiles: '/etc/tmpfiles.d/easycerts.conf',
  sysctl: '/etc/sysctl.d/90-easycerts.conf',
  modulesLoad: '/etc/modules-load.d/easycerts.conf',
} as const

/** Directories that the configuration names and that must exist. */
export const DIRECTORIES = {
  staticPods: '/etc/kubernetes/manifests',
  addons: '/etc/kubernetes/addons',
  bootstrapAddons: '/etc/kubernetes/bootstrap-addons',
  containerdImports: '/etc/containerd/conf.d',
  containerdRegistries: '/etc/containerd/certs.d',
  cniConfiguration: '/etc/cni/net.d',
  cniPlugins: '/opt/cni/bin',
} as const

/** An issuer for CSRs alone, which an operator brings when controller manager is to sign. */
export const CSR_SIGNER = {
  certificate: `${PKI}/csr-signer.crt`,
  key: `${PKI}/csr-signer.key`,
} as const

export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock'
export const FLANNEL_SUBNET_FILE = '/run/flannel/subnet.env'

/** The loopback port on which kube-apiserver reaches etcd, and other ports of the control plane. */
export const PORTS = {
  etcdClient: COMPONENT_PORTS.etcdClient,
  etcdPeer: COMPONENT_PORTS.etcdPeer,
  etcdMetrics: 2381,
} as const
