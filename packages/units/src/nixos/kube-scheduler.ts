import { HARDENING } from '../systemd/index.ts'
import { componentService, type ServiceFiles } from './component-service.ts'
import { commandWords, featureGates } from './flags.ts'
import { componentKubeconfig } from './kubeconfigs.ts'
import { leaderPlaces } from './leader-places.ts'
import { kubectlUntil, sourceKubectlUntil } from './kubectl-wait.ts'
import { kubernetesProgram, type NixosFacts } from './nixos-facts.ts'

const NAME = 'kube-scheduler'

export const kubeScheduler = (facts: NixosFacts): ServiceFiles => {
  const { scheduler } = facts.options
  const kubeconfig = componentKubeconfig(facts, NAME, `${NAME}-client`, scheduler.kubeconfig)
  const service = componentService(facts, {
    name: NAME,
    description: 'Kubernetes Scheduler Service',
    ...leaderPlaces,
    needs: kubeconfig.needs,
    type: 'exec',
    user: 'kubernetes',
    restartSeconds: 5,
    sourceRestart: ['on-failure', '5'],
    waits: [
      kubectlUntil(facts, 'kube-apiserver', kubeconfig.path, [
        'auth',
        'can-i',
        'get',
        '/api',
        '-q',
      ]),
    ],
    sourcePreStart: sourceKubectlUntil(facts, kubeconfig.path, 'auth can-i get /api -q'),
    command: {
      program: kubernetesProgram(facts, NAME),
      arguments: commandWords(
        facts,
        NAME,
        [
          ['address', scheduler.address],
          ['feature-gates', featureGates(facts, scheduler.featureGates)],
          ['kubeconfig', kubeconfig.path],
          ['leader-elect', scheduler.leaderElect],
          ['port', scheduler.port],
          ['v', scheduler.verbosity],
        ],
        scheduler.extraOpts,
      ),
    },
    hardening: HARDENING.leader,
  })
  return { ...service, files: [...service.files, kubeconfig.file] }
}
