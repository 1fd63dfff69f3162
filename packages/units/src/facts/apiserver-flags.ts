import { fact, type FactTable } from './fact.ts'
import { LOGGING_FLAGS } from './logging-flags.ts'
import { SERVING_FLAGS } from './serving-flags.ts'

const OPTIONS = 'cmd/kube-apiserver/app/options/options.go'
const ETCD = 'kubernetes/apiserver pkg/server/options/etcd.go'
const AUTHENTICATION = 'pkg/kubeapiserver/options/authentication.go'
const AUTHORIZATION = 'pkg/kubeapiserver/options/authorization.go'
const AUDIT = 'kubernetes/apiserver pkg/server/options/audit.go'
const TLS_ONLY = { deprecated: '1.10', removed: '1.24', replacement: '--secure-port, which speaks TLS' } as const
const ISSUER_REQUIRED = 'required since 1.20: kubernetes/kubernetes#95896'

const OF_THE_PAST: FactTable = {
  'insecure-port': fact('serves everybody as administrator, without TLS', 'kubernetes/kubernetes#59018, #95856, #106859', TLS_ONLY),
  'insecure-bind-address': fact('where the port without TLS listens', 'kubernetes/kubernetes#59018, #106859', TLS_ONLY),
  'kubelet-https': fact('speaks TLS to kubelets, which is all it can do today', 'kubernetes/kubernetes#91630, #101178', {
    deprecated: '1.19',
    removed: '1.22',
    replacement: 'nothing: it always does',
  }),
  'basic-auth-file': fact('passwords of users', 'kubernetes/kubernetes#89069', { deprecated: '1.16', removed: '1.19', replacement: 'client certificates, or --token-auth-file' }),
  'admission-control': fact('admission plug-ins in an order of their own', OPTIONS, { deprecated: '1.10', replacement: '--enable-admission-plugins' }),
}

const IDENTITY: FactTable = {
  'anonymous-auth': fact('nobody without a name gets in', AUTHENTICATION, { since: '1.5' }),
  'authentication-config': fact('anonymous requests for health alone, which a balancer needs', 'KEP-3331, KEP-4633', { since: '1.29' }),
  'enable-bootstrap-token-auth': fact('tokens by which kubeadm lets nodes in; here tickets do', 'kubernetes/kubernetes#51198', { since: '1.8' }),
  'token-auth-file': fact('fixed tokens of users', AUTHENTICATION),
  'oidc-issuer-url': fact('people who log in elsewhere', AUTHENTICATION),
  'oidc-client-id': fact('the name of this cluster at the issuer of OIDC', AUTHENTICATION),
  'service-account-issuer': fact('the name in tokens of pods, by which others find the keys', ISSUER_REQUIRED, { since: '1.10' }),
  'service-account-key-file': fact('tokens that any master has signed are believed', ISSUER_REQUIRED),
  'service-account-signing-key-file': fact('the key of this master, which signs tokens of pods', ISSUER_REQUIRED, { since: '1.10' }),
  'service-account-lookup': fact('a token dies with its service account', AUTHENTICATION),
  'service-account-jwks-uri': fact('where others find the keys of tokens', 'KEP-1393', { since: '1.18' }),
  'service-account-max-token-expiration': fact('bounds the life of tokens', AUTHENTICATION),
  'api-audiences': fact('for whom tokens of pods are', AUTHENTICATION),
  'authorization-mode': fact('nodes may do what their pods need, and others what RBAC grants', AUTHORIZATION),
  'authorization-config': fact('the same as a file, which is read again when it changes', 'KEP-3221, general in 1.32', { since: '1.29' }),
  'authorization-policy-file': fact('rules of ABAC', AUTHORIZATION),
  'authorization-webhook-config-file': fact('asks another service what somebody may', AUTHORIZATION),
}

const BACK_ENDS: FactTable = {
  'etcd-servers': fact('where the state of the cluster is', ETCD),
  'etcd-cafile': fact('the CA by which etcd is known', ETCD),
  'etcd-certfile': fact('the certificate that etcd demands', ETCD),
  'etcd-keyfile': fact('the key of that certificate', ETCD),
  'etcd-prefix': fact('below which key of etcd everything lies', ETCD),
  'storage-backend': fact('the version of etcd; only etcd3 is left', ETCD),
  'encryption-provider-config': fact('encrypts secrets in etcd', 'kubernetes/kubernetes#71206', { since: '1.13' }),
  'encryption-provider-config-automatic-reload': fact('reads that file again when it changes', 'KEP-3299', { since: '1.26' }),
  'kubelet-certificate-authority': fact('the CA by which kubelets are known; without it nobody is checked', OPTIONS),
  'kubelet-client-certificate': fact('the certificate that kubelets demand for logs and exec', OPTIONS),
  'kubelet-client-key': fact('the key of that certificate', OPTIONS),
  'kubelet-preferred-address-types': fact('dials kubelets by address, for names need a DNS', OPTIONS),
  'proxy-client-cert-file': fact('by which API servers of others know the aggregator', OPTIONS),
  'proxy-client-key-file': fact('the key of that certificate', OPTIONS),
  'enable-aggregator-routing': fact('reaches API servers of others without kube-proxy', OPTIONS),
}

export const APISERVER_FLAGS: FactTable = {
  ...LOGGING_FLAGS,
  ...SERVING_FLAGS,
  ...OF_THE_PAST,
  ...IDENTITY,
  ...BACK_ENDS,
  'advertise-address': fact('the address of this master that the kubernetes service leads to', 'kubernetes/apiserver pkg/server/options/server_run_options.go'),
  'allow-privileged': fact('network agents and storage drivers are privileged pods', OPTIONS),
  'service-cluster-ip-range': fact('the range of services; the first address is its own', OPTIONS),
  'service-node-port-range': fact('the ports of services on every node', OPTIONS),
  'endpoint-reconciler-type': fact('how the kubernetes service learns which masters live', OPTIONS),
  'enable-admission-plugins': fact('a node may change only itself and its own pods', 'kubernetes/apiserver pkg/server/options/admission.go', { since: '1.10' }),
  'disable-admission-plugins': fact('admission plug-ins that are not wanted', 'kubernetes/apiserver pkg/server/options/admission.go', { since: '1.10' }),
  'admission-control-config-file': fact('configuration of admission plug-ins', 'kubernetes/apiserver pkg/server/options/admission.go'),
  'runtime-config': fact('which versions of APIs are served', 'kubernetes/apiserver pkg/server/options/api_enablement.go'),
  'audit-policy-file': fact('which requests are written down', AUDIT),
  'audit-log-path': fact('where requests are written down', AUDIT),
  'audit-log-maxage': fact('days for which that log is kept', AUDIT),
  'audit-log-maxbackup': fact('files of that log that are kept', AUDIT),
  'audit-log-maxsize': fact('megabytes of one file of that log', AUDIT),
  'audit-webhook-config-file': fact('where requests are sent to', AUDIT),
  'max-requests-inflight': fact('how many requests are answered at a time', 'kubernetes/apiserver pkg/server/options/server_run_options.go'),
  'max-mutating-requests-inflight': fact('how many of them may change something', 'kubernetes/apiserver pkg/server/options/server_run_options.go'),
  'event-ttl': fact('how long events are kept', OPTIONS),
  'goaway-chance': fact('spreads clients over masters again', 'kubernetes/kubernetes#88567', { since: '1.18' }),
  'shutdown-delay-duration': fact('serves on while a balancer learns that it stops', 'kubernetes/kubernetes#74416', { since: '1.16' }),
  'tracing-config-file': fact('where traces go', 'KEP-647', { since: '1.22' }),
  'egress-selector-config-file': fact('by which way other networks are reached', 'KEP-1281', { since: '1.16' }),
}
