import { layoutOf } from '@easycerts/shared/layout'
import type { FlagRow } from '../stack/index.ts'
import { apiServersOf, type WrapperFacts } from './wrapper-facts.ts'

interface CredentialPaths {
  readonly serving: { readonly certificate: string; readonly key: string } | undefined
  readonly clientCa: string | undefined
  readonly kubeconfig: string | undefined
}

/** Where this description has its certificates; all of /etc/kubernetes is in the container. */
const credentialsOf = ({ description }: WrapperFacts): CredentialPaths => {
  const { certificates, bundles, kubeconfigs } = layoutOf(description.layout)
  return {
    serving: certificates.find(({ profile }) => profile === 'kubelet-serving'),
    clientCa: bundles.find(({ purpose }) => purpose === 'client-ca')?.path,
    kubeconfig: kubeconfigs.find(({ profile }) => profile === 'kubelet-client')?.path,
  }
}

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
const authentication = (facts: WrapperFacts): readonly FlagRow[] =>
  facts.options.unauthenticated
    ? []
    : [
        ['anonymous-auth', false],
        ['authentication-token-webhook', true],
        ['authorization-mode', 'Webhook'],
        ['client-ca-file', credentialsOf(facts).clientCa],
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
  const { serving, kubeconfig } = credentialsOf(facts)
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
    ['kubeconfig', options.unauthenticated && isController ? undefined : kubeconfig],
    ['tls-cert-file', serving?.certificate],
    ['tls-private-key-file', serving?.key],
    ...authentication(facts),
    ['kube-reserved', pairs(reserved.kube)],
    ['system-reserved', pairs(reserved.system)],
    ['eviction-hard', pairs(reserved.evictionHard, '<')],
    ['feature-gates', pairs(featureGates)],
  ]
}
