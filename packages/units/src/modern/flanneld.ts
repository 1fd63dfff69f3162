import { environmentVariable, HARDENING } from '../systemd/index.ts'
import { type ComponentFiles, jsonFile } from '../stack/index.ts'
import { CONFIG_PATHS, FLANNEL_SUBNET_FILE } from './config-paths.ts'
import { type Flag, renderFlags } from './flag.ts'
import { kubeconfigPath, unitName } from './layout-lookup.ts'
import { kubernetesService } from './service-unit.ts'
import type { StackFacts } from './stack-facts.ts'

export const flanneld = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName('flannel'),
      description: 'flanneld, which connects the pods of all nodes',
      after: [unitName('kubelet')],
      type: 'notify',
      restartSeconds: 10,
      command: {
        program: facts.programs.flanneld ?? '/usr/bin/flanneld',
        arguments: renderFlags(facts.minor, flags(facts)),
      },
      service: [
        ['Environment', environmentVariable('NODE_NAME', facts.node.name)],
        // It says READY only when the kubelet has registered this node and the node has a range.
        ['TimeoutStartSec', '300'],
        // It keeps its range over a restart by the file that it left here.
        ['RuntimeDirectory', 'flannel'],
        ['RuntimeDirectoryPreserve', 'yes'],
      ],
      hardening: HARDENING.flanneld,
    }),
  ],
  files: [
    jsonFile(CONFIG_PATHS.flannelNetwork, networkOf(facts.cluster.podCidr)),
    jsonFile(CONFIG_PATHS.cni, CNI),
  ],
})

const flags = ({ address }: StackFacts): readonly Flag[] => [
  ['kube-subnet-mgr', true],
  ['kubeconfig-file', kubeconfigPath('flannel-client')],
  ['net-config-path', CONFIG_PATHS.flannelNetwork],
  ['subnet-file', FLANNEL_SUBNET_FILE],
  ['ip-masq', true],
  ['iface', address],
]

const networkOf = (podCidr: string): object => ({
  ...(podCidr.includes(':')
    ? { EnableIPv4: false, EnableIPv6: true, IPv6Network: podCidr }
    : { Network: podCidr }),
  Backend: { Type: 'vxlan' },
})

const CNI = {
  cniVersion: '1.0.0',
  name: 'cbr0',
  plugins: [
    {
      type: 'flannel',
      subnetFile: FLANNEL_SUBNET_FILE,
      delegate: { hairpinMode: true, isDefaultGateway: true },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
} as const
