import { HARDENING } from '../systemd/index.ts'
import { type ComponentFiles, yamlFile } from '../stack/index.ts'
import { CONFIG_PATHS } from './config-paths.ts'
import { renderFlags } from './flag.ts'
import { kubeconfigPath, unitName } from './layout-lookup.ts'
import { kubernetesService } from './service-unit.ts'
import { kubernetesProgram, type StackFacts } from './stack-facts.ts'

export const kubeProxy = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName('kube-proxy'),
      description: 'kube-proxy, which makes services reachable from this node',
      after: [unitName('kubelet')],
      type: 'exec',
      restartSeconds: 5,
      command: {
        program: kubernetesProgram(facts.programs, 'kube-proxy'),
        // It ignores other flags where this one is given.
        arguments: renderFlags(facts.minor, [['config', CONFIG_PATHS.kubeProxy]]),
      },
      hardening: HARDENING.kubeProxy,
    }),
  ],
  files: [
    yamlFile(CONFIG_PATHS.kubeProxy, {
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      clientConnection: { kubeconfig: kubeconfigPath('kube-proxy-client') },
      // It looks for the Node of this name, so it must be the kubelet's.
      hostnameOverride: facts.node.name,
      mode: 'iptables',
      clusterCIDR: facts.cluster.podCidr,
    }),
  ],
})
