import { KUBECONFIG_FILES, NODE_CERTIFICATES, TRUST_BUNDLE_FILES } from '@easycerts/shared/layout'
import type { FlagRow } from '../stack/index.ts'
import { apiServersOf, type WrapperFacts } from './wrapper-facts.ts'

const certificateOf = (profile: string) => NODE_CERTIFICATES.find((row) => row.profile === profile)
const CLIENT_CA = TRUST_BUNDLE_FILES.find(({ purpose }) => purpose === 'client-ca')?.path
const KUBECONFIG = KUBECONFIG_FILES.find(({ profile }) => profile === 'kubelet-client')?.path

export const CNI_DIRECTORY = '/etc/kubernetes/cni/net.d'

/** `a=1,b=2`, or nothing at all. */
const pairs = (
  values: Readonly<Record<string, string | boolean>> | undefined,
  separator = '=',
): string | undefined => {
  const text = Object.entries(values ?? {})
    .map(([key, value]) => `${key}${separator}${value}`)
    .join(',')
  return text === '' ? undefined : text
}

/** Who may call the kubelet, and by what it is known; the source's open form has none of it. */
const authentication = ({ options }: WrapperFacts): readonly FlagRow[] =>
  options.unauthenticated
    ? []
    : [
        ['anonymous-auth', false],
        ['authentication-token-webhook', true],
        ['authorization-mode', 'Webhook'],
        ['client-ca-file', CLIENT_CA],
        // The second port has no authentication at all.
        ['read-only-port', 0],
      ]

const network = ({ withFlannel }: WrapperFacts): readonly FlagRow[] =>
  withFlannel
    ? [
        ['cni-conf-dir', CNI_DIRECTORY],
        ['network-plugin', 'cni'],
      ]
    : []

const runtime = ({ description }: WrapperFacts): readonly FlagRow[] =>
  description.containerRuntime.name === 'rkt'
    ? [
        ['container-runtime', 'rkt'],
        ['rkt-path', '/usr/bin/rkt'],
        ['rkt-stage1-image', 'coreos.com/rkt/stage1-coreos'],
      ]
    : [['container-runtime', 'docker']]

/** In the order of coreos-kubernetes's install scripts. */
export const kubeletFlags = (facts: WrapperFacts): readonly FlagRow[] => {
  const { description, node, options, isController } = facts
  const { reserved, featureGates, domain, networks } = description
  const serving = certificateOf('kubelet-serving')
  const mayRunPods = !node.unschedulable && (!isController || node.roles.includes('node'))
  return [
    ['api-servers', apiServersOf(facts)],
    ['register-schedulable', mayRunPods ? undefined : false],
    ...network(facts),
    ...runtime(facts),
    ['register-node', true],
    ['allow-privileged', options.allowPrivileged],
    ['pod-manifest-path', options.manifestDirectory],
    ['hostname-override', node.name],
    ['node-labels', pairs(node.labels)],
    ['cluster_dns', networks.dns],
    ['cluster_domain', domain],
    ['kubeconfig', options.unauthenticated && isController ? undefined : KUBECONFIG],
    ['tls-cert-file', serving?.certificate],
    ['tls-private-key-file', serving?.key],
    ...authentication(facts),
    ['kube-reserved', pairs(reserved.kube)],
    ['system-reserved', pairs(reserved.system)],
    ['eviction-hard', pairs(reserved.evictionHard, '<')],
    ['feature-gates', pairs(featureGates)],
  ]
}
