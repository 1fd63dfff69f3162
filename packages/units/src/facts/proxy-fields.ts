import { fact, type Fact, type FactTable } from './fact.ts'

const TYPES = 'kubernetes/kube-proxy config/v1alpha1/types.go'

const row = (why: string, lifetime: Pick<Fact, 'since' | 'removed' | 'replacement'> = {}): Fact => fact(why, TYPES, lifetime)

/** KubeProxyConfiguration v1alpha1, every field of its first level. */
export const PROXY_FIELDS: FactTable = {
  clientConnection: row('how kube-apiserver is reached'),
  'clientConnection.kubeconfig': row('where kube-apiserver is, and as whom it comes'),
  hostnameOverride: row('the name of the Node, which must be the name that the kubelet has'),
  bindAddress: row('the address of this node, and its family'),
  bindAddressHardFail: row('an address that is taken ends kube-proxy', { since: '1.19' }),
  healthzBindAddress: row('where kube-proxy says that it lives'),
  metricsBindAddress: row('where kube-proxy shows metrics'),
  mode: row('by what services are reached: iptables, ipvs or nftables'),
  clusterCIDR: row('what comes from elsewhere is masqueraded'),
  detectLocal: row('how local traffic is told', { since: '1.24' }),
  detectLocalMode: row('how local traffic is told', { since: '1.18' }),
  nodePortAddresses: row('on which addresses of a node services answer'),
  iptables: row('settings of that mode'),
  ipvs: row('settings of that mode'),
  'ipvs.strictARP': row('answers only for addresses of its own, which MetalLB needs', { since: '1.15' }),
  nftables: row('settings of that mode', { since: '1.29' }),
  conntrack: row('how many connections are kept in mind'),
  oomScoreAdj: row('kube-proxy is killed late when memory ends'),
  configSyncPeriod: row('how often everything is read again'),
  enableProfiling: row('a profile of memory shows secrets, so it is off'),
  featureGates: row('switches features that are not yet, or no more, on by themselves'),
  portRange: row('ports of the mode userspace'),
  showHiddenMetricsForVersion: row('metrics that are hidden', { since: '1.18' }),
  logging: row('the form of the log', { since: '1.28' }),
  winkernel: row('settings for Windows', { since: '1.14' }),
  windowsRunAsService: row('settings for Windows', { since: '1.31' }),
  udpIdleTimeout: row('settings of the mode userspace', { removed: '1.26', replacement: 'nothing: that mode is gone' }),
  resourceContainer: row('a cgroup for kube-proxy', { removed: '1.16', replacement: 'Slice= of its unit' }),
}
