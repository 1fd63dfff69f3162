import { componentService, type ServiceFiles } from './component-service.ts'
import { commandWords, featureGates } from './flags.ts'
import { componentKubeconfig } from './kubeconfigs.ts'
import { leaderService } from './leader-service.ts'
import { kubernetesProgram, type NixosFacts } from './nixos-facts.ts'

const NAME = 'kube-scheduler'

export const kubeScheduler = (facts: NixosFacts): ServiceFiles => {
  const { scheduler } = facts.options
  const kubeconfig = componentKubeconfig(facts, NAME, `${NAME}-client`, scheduler.kubeconfig)
  const service = componentService(facts, {
    name: NAME,
    description: 'Kubernetes Scheduler Service',
    ...leaderService(facts, kubeconfig.path),
    needs: kubeconfig.needs,
    sourceRestart: ['on-failure', '5'],
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
  })
  return { ...service, files: [...service.files, kubeconfig.file] }
}
