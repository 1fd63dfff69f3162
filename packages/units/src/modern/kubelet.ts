import { type Directive, HARDENING } from '../systemd/index.ts'
import { type ComponentFiles, yamlFile } from '../stack/index.ts'
import { argumentsOf } from './component-command.ts'
import { withSettings } from './component-config.ts'
import { CONFIG_PATHS, CONTAINERD_SOCKET, DIRECTORIES } from './config-paths.ts'
import { runtimeUnit } from './container-runtime.ts'
import { type Flag, pairs } from './flag.ts'
import { kubeletConfiguration } from './kubelet-configuration.ts'
import { unitName } from './layout-lookup.ts'
import { kubernetesService } from './service-unit.ts'
import { addressesOfNode, kubernetesProgram, type StackFacts } from './stack-facts.ts'

const NAME = 'kubelet'

export const kubelet = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName(NAME),
      description: 'kubelet, the node agent of Kubernetes',
      after: [runtimeUnit(facts)],
      type: 'exec',
      restartSeconds: 10,
      command: {
        program: kubernetesProgram(facts.programs, NAME),
        arguments: argumentsOf(facts, NAME, flags(facts)),
      },
      service: ACCOUNTING,
      hardening: HARDENING.kubelet,
    }),
  ],
  files: [yamlFile(CONFIG_PATHS.kubelet, withSettings(facts, NAME, kubeletConfiguration(facts)))],
})

/** What it reports of itself and of the runtime; it warns where systemd does not count. */
const ACCOUNTING: readonly Directive[] = [
  ['CPUAccounting', 'yes'],
  ['MemoryAccounting', 'yes'],
]

/** All other flags of the kubelet are deprecated in favour of its configuration file. */
const flags = (facts: StackFacts): readonly Flag[] => [
  ['config', CONFIG_PATHS.kubelet],
  ['kubeconfig', facts.paths.kubeconfigPath('kubelet-client')],
  // The Node authorizer compares it with the CN of the client certificate.
  ['hostname-override', facts.node.name],
  ['node-ip', addressesOfNode(facts).join(',') || undefined],
  ['node-labels', pairs(facts.node.labels)],
  ['register-with-taints', taints(facts), { before: 23 }],
  ...runtime(facts),
]

/** A field of the file since 1.23. */
const taints = ({ node }: StackFacts): string | undefined =>
  node.taints.map(({ key, value = '', effect }) => `${key}=${value}:${effect}`).join(',') ||
  undefined

const runtime = ({ description, options }: StackFacts): readonly Flag[] =>
  description.containerRuntime.name === 'docker'
    ? [
        ['network-plugin', description.cni === 'bridge' ? 'kubenet' : 'cni'],
        ['cni-conf-dir', DIRECTORIES.cniConfiguration],
        ['cni-bin-dir', DIRECTORIES.cniPlugins],
        ['pod-infra-container-image', options.sandboxImage],
      ]
    : [
        // The one that is left since 1.24; the socket is a field of the file since 1.27.
        ['container-runtime', 'remote', { before: 24 }],
        ['container-runtime-endpoint', `unix://${CONTAINERD_SOCKET}`, { before: 27 }],
      ]
