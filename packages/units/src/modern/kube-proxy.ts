import { HARDENING } from '../systemd/index.ts'
import { type ComponentFiles, yamlFile } from '../stack/index.ts'
import { argumentsOf } from './component-command.ts'
import { unlessEmpty, withSettings } from './component-config.ts'
import { CONFIG_PATHS } from './config-paths.ts'
import { unitName } from './layout-lookup.ts'
import { kubernetesService } from './service-unit.ts'
import { kubernetesProgram, type StackFacts } from './stack-facts.ts'

const NAME = 'kube-proxy'

export const kubeProxy = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName(NAME),
      description: 'kube-proxy, which makes services reachable from this node',
      after: facts.node.components.has('kubelet') ? [unitName('kubelet')] : [],
      type: 'exec',
      restartSeconds: 5,
      command: {
        program: kubernetesProgram(facts.programs, NAME),
        // It ignores other flags where this one is given.
        arguments: argumentsOf(facts, NAME, [['config', CONFIG_PATHS.kubeProxy]]),
      },
      hardening: HARDENING.kubeProxy,
    }),
  ],
  files: [yamlFile(CONFIG_PATHS.kubeProxy, withSettings(facts, NAME, configuration(facts)))],
})

const configuration = ({ description, node, paths }: StackFacts) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  clientConnection: { kubeconfig: paths.kubeconfigPath('kube-proxy-client') },
  // It looks for the Node of this name, so it must be the kubelet's.
  hostnameOverride: node.name,
  // The family of this address is the first one of services.
  ...(description.networks.services[0]?.includes(':') === true ? { bindAddress: '::' } : {}),
  mode: description.proxyMode,
  clusterCIDR: description.networks.pods.join(','),
  ...unlessEmpty('featureGates', description.featureGates),
})
