import { fact, type FactTable } from './fact.ts'
import { LOGGING_FLAGS } from './logging-flags.ts'

const OPTIONS = 'cmd/kube-proxy/app/options.go'

/** Where --config is given, kube-proxy ignores the others. */
export const PROXY_FLAGS: FactTable = {
  ...LOGGING_FLAGS,
  config: fact('the configuration file, beside which other flags are ignored', OPTIONS, { since: '1.8' }),
  kubeconfig: fact('where kube-apiserver is, and as whom it comes', OPTIONS),
  master: fact('where kube-apiserver is, over the port without TLS', OPTIONS),
  'cluster-cidr': fact('what comes from elsewhere is masqueraded', OPTIONS),
  'hostname-override': fact('the name of the Node, which must be the name that the kubelet has', OPTIONS),
  'bind-address': fact('the address of this node, and its family', OPTIONS),
  'healthz-bind-address': fact('where kube-proxy says that it lives', OPTIONS),
  'metrics-bind-address': fact('where kube-proxy shows metrics', OPTIONS),
  'proxy-mode': fact('by what services are reached: iptables, ipvs or nftables', OPTIONS),
  'masquerade-all': fact('hides every source address behind the node', OPTIONS),
  'ipvs-scheduler': fact('how ipvs picks a pod', OPTIONS, { since: '1.8' }),
  'feature-gates': fact('switches features that are not yet, or no more, on by themselves', OPTIONS),
}
