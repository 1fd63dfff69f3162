import { environmentVariable, HARDENING } from '../systemd/index.ts'
import { type ComponentFiles, jsonFile } from '../stack/index.ts'
import { argumentsOf } from './component-command.ts'
import { withSettings } from './component-config.ts'
import { CONFIG_PATHS, FLANNEL_SUBNET_FILE } from './config-paths.ts'
import type { Flag } from './flag.ts'
import { unitName } from './layout-lookup.ts'
import { kubernetesService } from './service-unit.ts'
import type { StackFacts } from './stack-facts.ts'

export const flanneld = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName('flannel'),
      description: 'flanneld, which connects the pods of all nodes',
      after: facts.node.components.has('kubelet') ? [unitName('kubelet')] : [],
      type: 'notify',
      restartSeconds: 10,
      command: {
        program: facts.programs.flanneld ?? '/usr/bin/flanneld',
        arguments: argumentsOf(facts, 'flanneld', flags(facts)),
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
  files: [jsonFile(CONFIG_PATHS.flannelNetwork, withSettings(facts, 'flanneld', networkOf(facts)))],
})

const flags = ({ address, paths }: StackFacts): readonly Flag[] => [
  ['kube-subnet-mgr', true],
  ['kubeconfig-file', paths.kubeconfigPath('flannel-client')],
  ['net-config-path', CONFIG_PATHS.flannelNetwork],
  ['subnet-file', FLANNEL_SUBNET_FILE],
  ['ip-masq', true],
  ['iface', address],
]

const networkOf = ({ description, options }: StackFacts) => {
  const ipv4 = description.networks.pods.find((range) => !range.includes(':'))
  const ipv6 = description.networks.pods.find((range) => range.includes(':'))
  return {
    ...(ipv4 === undefined ? { EnableIPv4: false } : { Network: ipv4 }),
    ...(ipv6 === undefined ? {} : { EnableIPv6: true, IPv6Network: ipv6 }),
    Backend: { Type: options.flannelBackend },
  }
}
