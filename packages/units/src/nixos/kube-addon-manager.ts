import { HARDENING } from '../systemd/index.ts'
import { ADDON_DIRECTORY, addons } from './addons.ts'
import { componentService, KUBERNETES_TARGET, type ServiceFiles } from './component-service.ts'
import { componentKubeconfig } from './kubeconfigs.ts'
import { kubectlUntil, sourceKubectlUntil } from './kubectl-wait.ts'
import { kubernetesProgram, type NixosFacts } from './nixos-facts.ts'
import { NODE_ONLINE } from './targets.ts'

const NAME = 'kube-addon-manager'
const ACCOUNT = ['-n', 'kube-system', 'get', 'serviceaccounts/default']

export const kubeAddonManager = (facts: NixosFacts): ServiceFiles => {
  const { addonManager } = facts.options
  const kubeconfig = componentKubeconfig(facts, NAME, NAME, addonManager.kubeconfig)
  const service = componentService(facts, {
    name: NAME,
    description: 'Kubernetes addon manager',
    eventual: {
      wantedBy: KUBERNETES_TARGET,
      after: ['network.target', 'kube-apiserver.service', 'kube-addon-manager-bootstrap.service'],
    },
    online: {
      wantedBy: KUBERNETES_TARGET,
      after: [NODE_ONLINE],
      before: [KUBERNETES_TARGET],
    },
    needs: kubeconfig.needs,
    type: 'exec',
    user: 'kubernetes',
    restartSeconds: 10,
    sourceRestart: ['on-failure', '10'],
    waits: [kubectlUntil(facts, 'the default service account', kubeconfig.path, ACCOUNT)],
    sourcePreStart: sourceKubectlUntil(facts, kubeconfig.path, ACCOUNT.join(' ')),
    programs: ['awk'],
    environment: {
      ADDON_PATH: `${ADDON_DIRECTORY}/`,
      KUBECONFIG: kubeconfig.path,
      KUBECTL_BIN: kubernetesProgram(facts, 'kubectl'),
    },
    command: {
      program: facts.description.programs.kubeAddons ?? kubernetesProgram(facts, 'kube-addons'),
      arguments: [],
    },
    hardening: HARDENING.leader,
  })
  return { ...service, files: [...service.files, kubeconfig.file, ...addons(facts)] }
}
