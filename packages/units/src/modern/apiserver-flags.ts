import { anonymousFlags } from './apiserver-authentication.ts'
import { authorizationFlags } from './apiserver-authorization.ts'
import { PORTS } from './config-paths.ts'
import { type Flag, pairs } from './flag.ts'
import { FRONT_PROXY_CLIENT, requestHeaderTrust } from './request-header-trust.ts'
import { type StackFacts, urlOfLoopback, urlOfNode } from './stack-facts.ts'

export const apiserverFlags = (facts: StackFacts): readonly Flag[] => [
  ...serving(facts),
  ...authentication(facts),
  ...authorizationFlags,
  ['enable-admission-plugins', 'NodeRestriction'],
  ['allow-privileged', true],
  ['service-cluster-ip-range', facts.description.networks.services.join(',')],
  ['feature-gates', pairs(facts.description.featureGates)],
  ...etcdClient(facts),
  ...kubeletClient(facts),
  ...aggregation(facts),
]

const serving = (facts: StackFacts): readonly Flag[] => {
  const { certificate, key } = facts.paths.certificateOf('kube-apiserver')
  return [
    ['advertise-address', facts.address],
    // Until 1.20 it would serve everybody of this machine as administrator on port 8080.
    ['insecure-port', 0, { before: 20 }],
    // A balancer in front must use the same one.
    ['secure-port', facts.description.apiserverPort],
    ['tls-cert-file', certificate],
    ['tls-private-key-file', key],
    ['tls-min-version', 'VersionTLS12'],
    ['profiling', false],
  ]
}

/**
 * Both key files of service accounts are required since 1.20 (kubernetes/kubernetes#95896). Tokens
 * of every master are verified, and those of this one alone are signed here.
 */
const authentication = ({ description, paths }: StackFacts): readonly Flag[] => [
  ...anonymousFlags,
  ['client-ca-file', paths.bundlePath('client-ca')],
  ['service-account-issuer', `https://kubernetes.default.svc.${description.domain}`],
  ['service-account-key-file', paths.bundlePath('service-account')],
  ['service-account-signing-key-file', paths.layout.serviceAccountKey],
]

const etcdClient = (facts: StackFacts): readonly Flag[] => {
  const { certificate, key } = facts.paths.certificateOf('kube-apiserver-etcd-client')
  return [
    ['etcd-servers', etcdServers(facts).join(',')],
    ['etcd-cafile', facts.paths.bundlePath('etcd-client')],
    ['etcd-certfile', certificate],
    ['etcd-keyfile', key],
  ]
}

/** The member beside it, or else all of them. */
const etcdServers = ({ description, node }: StackFacts): readonly string[] =>
  node.components.has('etcd')
    ? [urlOfLoopback(PORTS.etcdClient)]
    : description.nodes
        .filter(({ components }) => components.has('etcd'))
        .map((member) => urlOfNode(member, PORTS.etcdClient))

const kubeletClient = ({ paths }: StackFacts): readonly Flag[] => {
  const { certificate, key } = paths.certificateOf('kube-apiserver-kubelet-client')
  return [
    ['kubelet-certificate-authority', paths.bundlePath('server-ca')],
    ['kubelet-client-certificate', certificate],
    ['kubelet-client-key', key],
    ['kubelet-preferred-address-types', 'InternalIP,ExternalIP,Hostname'],
  ]
}

const aggregation = (facts: StackFacts): readonly Flag[] => {
  const { certificate, key } = facts.paths.certificateOf(FRONT_PROXY_CLIENT)
  return [
    ['proxy-client-cert-file', certificate],
    ['proxy-client-key-file', key],
    ...requestHeaderTrust(facts),
  ]
}
