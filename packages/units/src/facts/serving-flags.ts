import { fact, type FactTable } from './fact.ts'

const SERVING = 'kubernetes/apiserver pkg/server/options/serving.go'
const AUTHENTICATION = 'kubernetes/apiserver pkg/server/options/authentication.go'

/** TLS of kube-apiserver, kube-controller-manager and kube-scheduler (SecureServingOptions). */
export const SERVING_FLAGS: FactTable = {
  'bind-address': fact('the address that the component listens on', SERVING),
  'secure-port': fact('the port that the component listens on, with TLS', SERVING),
  'cert-dir': fact('where a certificate that signs itself would go; ours are given instead', SERVING),
  'tls-cert-file': fact('the serving certificate, which certmgr keeps valid', SERVING),
  'tls-private-key-file': fact('the key of the serving certificate', SERVING),
  'tls-sni-cert-key': fact('further serving certificates by name', SERVING),
  'tls-min-version': fact('nobody speaks anything below TLS 1.2', SERVING),
  'tls-cipher-suites': fact('which cipher suites of TLS 1.2 are offered', SERVING),
  'tls-curve-preferences': fact('which key exchanges are offered', SERVING, { since: '1.36' }),
  profiling: fact('a profile of memory shows secrets, so it is off', 'kubernetes/apiserver pkg/server/options/feature.go'),
  'contention-profiling': fact('measures locks', 'kubernetes/apiserver pkg/server/options/feature.go'),
  'client-ca-file': fact('whose client certificates name a user', AUTHENTICATION),
  'requestheader-client-ca-file': fact('who may name a user in headers: the aggregator, by its own CA', AUTHENTICATION),
  'requestheader-allowed-names': fact('empty would believe every certificate of that CA', AUTHENTICATION),
  'requestheader-username-headers': fact('the header that names the user', AUTHENTICATION),
  'requestheader-uid-headers': fact('the header that holds the UID of the user', 'KEP-5284', { since: '1.32' }),
  'requestheader-group-headers': fact('the header that names groups', AUTHENTICATION),
  'requestheader-extra-headers-prefix': fact('how headers of further attributes begin', AUTHENTICATION),
  'feature-gates': fact('switches features that are not yet, or no more, on by themselves', 'component-base/featuregate'),
}

const DELEGATED = 'kubernetes/apiserver pkg/server/options/authorization.go'

/** kube-controller-manager and kube-scheduler ask kube-apiserver who somebody is and what he may. */
export const DELEGATION_FLAGS: FactTable = {
  'authentication-kubeconfig': fact('asks kube-apiserver who a caller is', AUTHENTICATION, { since: '1.12' }),
  'authorization-kubeconfig': fact('asks kube-apiserver what a caller may', DELEGATED, { since: '1.12' }),
  'authorization-always-allow-paths': fact('paths that need no permission', DELEGATED, { since: '1.12' }),
  'authentication-skip-lookup': fact('does without the configuration that kube-apiserver publishes', AUTHENTICATION, { since: '1.12' }),
}

const INSECURE = 'kubernetes/kubernetes#104157'

/** Serving without TLS of controller manager and scheduler: a port of its own, open to every user of the machine. */
export const INSECURE_LEADER_FLAGS: FactTable = {
  address: fact('the address of the port without TLS', INSECURE, { deprecated: '1.13', removed: '1.24', replacement: '--bind-address' }),
  port: fact('the port without TLS', 'kubernetes/kubernetes#104157, kubeadm#2207', { deprecated: '1.13', removed: '1.24', replacement: '--secure-port' }),
}
