import { type FlagRow, flagWords } from '../stack/index.ts'
import type { Directive, Unit } from '../systemd/index.ts'
import {
  cgroupDirectories,
  CNI_DIRECTORY,
  KUBE_RESERVED_CGROUP,
  KUBECONFIGS,
  type KubeaszFacts,
} from './kubeasz-facts.ts'

const taintText = ({ node }: KubeaszFacts): string | undefined =>
  node.taints.length === 0
    ? undefined
    : node.taints.map(({ key, value = '', effect }) => `${key}=${value}:${effect}`).join(',')

const joined = (values: Readonly<Record<string, string | boolean>>): string | undefined =>
  Object.keys(values).length === 0
    ? undefined
    : Object.entries(values)
        .map(([key, value]) => `${key}=${value}`)
        .join(',')

/** In the order of kubelet.service.j2; what the source cannot say comes last. */
const flags = (facts: KubeaszFacts): readonly FlagRow[] => {
  const { description, node, options, programs, certificates } = facts
  return [
    ['address', facts.address],
    ['allow-privileged', true],
    ['anonymous-auth', false],
    ['authentication-token-webhook', true],
    ['authorization-mode', 'Webhook'],
    ['pod-manifest-path', options.manifestDirectory],
    ['client-ca-file', certificates.clientCa],
    ['cluster-dns', options.clusterDns ? description.networks.dns : undefined],
    ['cluster-domain', options.clusterDns ? description.domain : undefined],
    ['cni-bin-dir', programs],
    ['cni-conf-dir', CNI_DIRECTORY],
    ['fail-swap-on', false],
    ['hairpin-mode', 'hairpin-veth'],
    ['hostname-override', node.name],
    ['kubeconfig', KUBECONFIGS.kubelet],
    ['max-pods', options.maxPods],
    ['network-plugin', 'cni'],
    ['pod-infra-container-image', options.sandboxImage],
    ['register-node', true],
    ['root-dir', options.kubeletRootDirectory],
    ['tls-cert-file', certificates.serving.certificate],
    ['tls-private-key-file', certificates.serving.key],
    ['cgroups-per-qos', true],
    ['cgroup-driver', options.cgroupDriver],
    ['enforce-node-allocatable', 'pods,kube-reserved'],
    ['kube-reserved', facts.reserved],
    ['kube-reserved-cgroup', KUBE_RESERVED_CGROUP],
    ['system-reserved', joined(description.reserved.system ?? {})],
    ['eviction-hard', facts.eviction],
    ['v', 2],
    ['register-with-taints', taintText(facts)],
    ['node-labels', joined(node.labels)],
    ['feature-gates', joined(description.featureGates)],
  ]
}

export const kubeletUnit = (facts: KubeaszFacts): Unit => ({
  name: 'kubelet.service',
  sections: [
    {
      name: 'Unit',
      directives: [
        ['Description', 'Kubernetes Kubelet'],
        ['Documentation', 'https://kubernetes.io/docs/'],
        ['Wants', 'docker.service'],
        ['After', 'docker.service'],
        ['StartLimitIntervalSec', '0'],
      ],
    },
    {
      name: 'Service',
      directives: [
        // Made before the first command, which could not start without its working directory.
        ['StateDirectory', 'kubelet'],
        ['WorkingDirectory', '/var/lib/kubelet'],
        ...cgroupDirectories(facts).map((path): Directive => [
          'ExecStartPre',
          { program: '/bin/mkdir', arguments: ['-p', path] },
        ]),
        [
          'ExecStart',
          {
            program: `${facts.programs}/kubelet`,
            arguments: flagWords(flags(facts), facts.description.settings.kubelet.extraFlags),
          },
        ],
        ['Restart', 'always'],
        ['RestartSec', '5'],
      ],
    },
    { name: 'Install', directives: [['WantedBy', 'multi-user.target']] },
  ],
})
