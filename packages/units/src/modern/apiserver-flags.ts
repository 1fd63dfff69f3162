import { NODE_PATHS } from '@easycerts/shared/layout'
import { anonymousFlags } from './apiserver-authentication.ts'
import { PORTS } from './config-paths.ts'
import type { Flag } from './flag.ts'
import { bundlePath, certificateOf } from './layout-lookup.ts'
import { FRONT_PROXY_CLIENT, requestHeaderTrust } from './request-header-trust.ts'
import { type StackFacts, urlOfLoopback } from './stack-facts.ts'

/** The port that kubelets and people dial: a balancer in front must use the same one. */
export const apiserverPort = ({ cluster }: StackFacts): number =>
  Number(new URL(cluster.apiserver).port || 443)

export const apiserverFlags = (facts: StackFacts): readonly Flag[] => [
  ...serving(facts),
  ...authentication(facts),
  ['authorization-mode', 'Node,RBAC'],
  ['enable-admission-plugins', 'NodeRestriction'],
  ['allow-privileged', true],
  ['service-cluster-ip-range', facts.cluster.serviceCidr],
  ...etcdClient(),
  ...kubeletClient(),
  ...aggregation(),
]

const serving = (facts: StackFacts): readonly Flag[] => {
  const { certificate, key } = certificateOf('kube-apiserver')
  return [
    ['advertise-address', facts.address],
    ['secure-port', apiserverPort(facts)],
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
const authentication = ({ cluster }: StackFacts): readonly Flag[] => [
  ...anonymousFlags,
  ['client-ca-file', bundlePath('client-ca')],
  ['service-account-issuer', `https://kubernetes.default.svc.${cluster.domain}`],
  ['service-account-key-file', bundlePath('service-account')],
  ['service-account-signing-key-file', NODE_PATHS.serviceAccountKey],
]

const etcdClient = (): readonly Flag[] => {
  const { certificate, key } = certificateOf('kube-apiserver-etcd-client')
  return [
    ['etcd-servers', urlOfLoopback(PORTS.etcdClient)],
    ['etcd-cafile', bundlePath('etcd-client')],
    ['etcd-certfile', certificate],
    ['etcd-keyfile', key],
  ]
}

const kubeletClient = (): readonly Flag[] => {
  const { certificate, key } = certificateOf('kube-apiserver-kubelet-client')
  return [
    ['kubelet-certificate-authority', bundlePath('server-ca')],
    ['kubelet-client-certificate', certificate],
    ['kubelet-client-key', key],
    ['kubelet-preferred-address-types', 'InternalIP,ExternalIP,Hostname'],
  ]
}

const aggregation = (): readonly Flag[] => {
  const { certificate, key } = certificateOf(FRONT_PROXY_CLIENT)
  return [
    ['proxy-client-cert-file', certificate],
    ['proxy-client-key-file', key],
    ...requestHeaderTrust(),
  ]
}
