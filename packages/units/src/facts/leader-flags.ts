import { fact, type FactTable } from './fact.ts'
import { LOGGING_FLAGS } from './logging-flags.ts'
import { DELEGATION_FLAGS, INSECURE_LEADER_FLAGS, SERVING_FLAGS } from './serving-flags.ts'

const SIGNING = 'cmd/kube-controller-manager/app/options/csrsigningcontroller.go'
const SHARED = 'kubernetes/cloud-provider options/kubecloudshared.go'
const GENERIC = 'kubernetes/controller-manager options/generic.go'
const SCHEDULER = 'cmd/kube-scheduler/app/options/deprecated.go'

const LEADER: FactTable = {
  ...LOGGING_FLAGS,
  ...SERVING_FLAGS,
  ...DELEGATION_FLAGS,
  ...INSECURE_LEADER_FLAGS,
  master: fact('where kube-apiserver is, over the port without TLS', GENERIC),
  'leader-elect': fact('of several masters one is at work', GENERIC),
}

export const CONTROLLER_MANAGER_FLAGS: FactTable = {
  ...LEADER,
  kubeconfig: fact('where kube-apiserver is, and as whom it comes', GENERIC),
  controllers: fact('which controllers run; the one that signs CSRs only with an issuer of its own', GENERIC),
  'cluster-name': fact('the name of the cluster', SHARED),
  'allocate-node-cidrs': fact('each node gets a range for its pods', SHARED),
  'cluster-cidr': fact('the ranges of pods', SHARED),
  'service-cluster-ip-range': fact('the ranges of services, which no node may get', 'cmd/kube-controller-manager/app/options/nodeipamcontroller.go'),
  'node-cidr-mask-size': fact('how many pods a node has addresses for', SHARED),
  'node-cidr-mask-size-ipv4': fact('the same for IPv4 where there are both families', 'KEP-563', { since: '1.17' }),
  'node-cidr-mask-size-ipv6': fact('the same for IPv6 where there are both families', 'KEP-563', { since: '1.17' }),
  'root-ca-file': fact('the CA that every pod finds beside its token', 'cmd/kube-controller-manager/app/options/sacontroller.go'),
  'service-account-private-key-file': fact('signs tokens of service accounts that are kept as secrets', 'cmd/kube-controller-manager/app/options/sacontroller.go'),
  'use-service-account-credentials': fact('each controller has rights of its own', SHARED),
  'cluster-signing-cert-file': fact('the issuer that signs CSRs', SIGNING),
  'cluster-signing-key-file': fact('the key of that issuer', SIGNING),
  'cluster-signing-duration': fact('how long a signed certificate lives', 'kubernetes/kubernetes#91154', { since: '1.19' }),
  'experimental-cluster-signing-duration': fact('how long a signed certificate lives', 'kubernetes/kubernetes#91154, #108476', {
    deprecated: '1.19',
    removed: '1.25',
    replacement: '--cluster-signing-duration',
  }),
  'node-monitor-grace-period': fact('how long a silent node counts as alive', SHARED),
  'node-monitor-period': fact('how often nodes are looked at', SHARED),
  'pod-eviction-timeout': fact('when pods of a silent node are thrown out', 'kubernetes/kubernetes#113710', { removed: '1.27', replacement: 'tolerations of pods' }),
  'terminated-pod-gc-threshold': fact('how many pods that have ended are kept', 'cmd/kube-controller-manager/app/options/podgccontroller.go'),
}

const FILE = 'a field of KubeSchedulerConfiguration'

export const SCHEDULER_FLAGS: FactTable = {
  ...LEADER,
  profiling: fact('a profile of memory shows secrets, so it is off', SCHEDULER, { deprecated: '1.12', replacement: `enableProfiling, ${FILE}` }),
  'contention-profiling': fact('measures locks', SCHEDULER, { deprecated: '1.12', replacement: `enableContentionProfiling, ${FILE}` }),
  kubeconfig: fact('where kube-apiserver is, and as whom it comes', SCHEDULER, { deprecated: '1.12', replacement: `clientConnection.kubeconfig, ${FILE}` }),
  config: fact('the configuration file, for its flags are deprecated', 'cmd/kube-scheduler/app/options/options.go', { since: '1.10' }),
}
