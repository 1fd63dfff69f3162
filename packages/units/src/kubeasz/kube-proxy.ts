import { type FlagRow, flagWords } from '../stack/index.ts'
import type { Unit } from '../systemd/index.ts'
import { KUBECONFIGS, type KubeaszFacts } from './kubeasz-facts.ts'

const flags = ({ description, node, options, address, pods }: KubeaszFacts): readonly FlagRow[] => [
  ['bind-address', address],
  // Equal to the kubelet's: kube-proxy finds its node by it.
  ['hostname-override', node.name],
  ['kubeconfig', KUBECONFIGS.proxy],
  ['cluster-cidr', options.serviceTraffic === 'cluster-cidr' ? pods : undefined],
  ['masquerade-all', options.serviceTraffic === 'masquerade-all' ? true : undefined],
  ['logtostderr', true],
  ['proxy-mode', description.proxyMode],
  ['v', 2],
]

export const kubeProxyUnit = (facts: KubeaszFacts): Unit => ({
  name: 'kube-proxy.service',
  sections: [
    {
      name: 'Unit',
      directives: [
        ['Description', 'Kubernetes Kube-Proxy Server'],
        ['Documentation', 'https://kubernetes.io/docs/'],
        ['After', 'network.target'],
        ['StartLimitIntervalSec', '0'],
      ],
    },
    {
      name: 'Service',
      directives: [
        ['StateDirectory', 'kube-proxy'],
        ['WorkingDirectory', '/var/lib/kube-proxy'],
        [
          'ExecStart',
          {
            program: `${facts.programs}/kube-proxy`,
            arguments: flagWords(flags(facts), facts.description.settings['kube-proxy'].extraFlags),
          },
        ],
        ['Restart', 'always'],
        ['RestartSec', '5'],
        ['LimitNOFILE', '65536'],
      ],
    },
    { name: 'Install', directives: [['WantedBy', 'multi-user.target']] },
  ],
})
