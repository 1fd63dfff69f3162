import { HARDENING } from '../systemd/index.ts'
import { componentService, type ServiceFiles } from './component-service.ts'
import { commandWords, featureGates } from './flags.ts'
import { componentKubeconfig } from './kubeconfigs.ts'
import { apiserverUnits, hostnameOf, kubernetesProgram, type NixosFacts } from './nixos-facts.ts'
import { kubectlUntil, sourceKubectlUntil } from './kubectl-wait.ts'
import { NODE_ONLINE } from './targets.ts'

export const kubeProxy = (facts: NixosFacts): ServiceFiles => {
  const { proxy } = facts.options
  const kubeconfig = componentKubeconfig(facts, 'kube-proxy', 'kube-proxy-client', proxy.kubeconfig)
  const ownNode = `nodes/${hostnameOf(facts)}`
  const service = componentService(facts, {
    name: 'kube-proxy',
    description: 'Kubernetes Proxy Service',
    eventual: {
      wantedBy: 'kubernetes.target',
      after: ['network.target', ...apiserverUnits(facts)],
    },
    online: {
      wantedBy: NODE_ONLINE,
      after: ['kubelet-online.service'],
      before: [NODE_ONLINE],
    },
    needs: kubeconfig.needs,
    type: 'exec',
    restartSeconds: 5,
    sourceRestart: ['on-failure', '5'],
    waits: [
      kubectlUntil(facts, 'kube-apiserver to know kube-proxy', kubeconfig.path, [
        ...['auth', 'can-i', 'get', ownNode, '-q'],
      ]),
    ],
    sourcePreStart: sourceKubectlUntil(facts, kubeconfig.path, `auth can-i get ${ownNode} -q`),
    programs: ['iptables', 'conntrack'],
    command: {
      program: kubernetesProgram(facts, 'kube-proxy'),
      arguments: proxyWords(facts, kubeconfig.path),
    },
    hardening: HARDENING.kubeProxy,
    defects: ['it looks for a node named as the host, which is not the name of the kubelet there'],
  })
  return { ...service, files: [...service.files, kubeconfig.file] }
}

const proxyWords = (facts: NixosFacts, kubeconfig: string): string[] => {
  const { description, options, form } = facts
  const { proxyMode, networks } = description
  return commandWords(
    facts,
    'kube-proxy',
    [
      ['bind-address', options.proxy.bindAddress],
      ['cluster-cidr', networks.pods[0]],
      ['feature-gates', featureGates(facts, options.proxy.featureGates)],
      ...(form === 'verbatim' ? [] : ([['hostname-override', hostnameOf(facts)]] as const)),
      ['kubeconfig', kubeconfig],
      ['proxy-mode', proxyMode === 'iptables' ? undefined : proxyMode],
      ['v', options.proxy.verbosity],
    ],
    options.proxy.extraOpts,
  )
}
