import { HARDENING } from '../systemd/index.ts'
import { type ComponentFiles, yamlFile } from '../stack/index.ts'
import { CONFIG_PATHS } from './config-paths.ts'
import { renderFlags } from './flag.ts'
import { certificateOf, kubeconfigPath, unitName } from './layout-lookup.ts'
import { leaderFlags } from './leader-flags.ts'
import { kubernetesService } from './service-unit.ts'
import { kubernetesProgram, type StackFacts } from './stack-facts.ts'

const NAME = 'kube-scheduler'

export const kubeScheduler = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName(NAME),
      description: 'kube-scheduler, which finds a node for each pod',
      after: [unitName('kube-apiserver')],
      type: 'exec',
      user: certificateOf(NAME).owner,
      restartSeconds: 5,
      command: {
        program: kubernetesProgram(facts.programs, NAME),
        // Its --kubeconfig and --profiling are deprecated in favour of the file.
        arguments: renderFlags(facts.minor, [
          ['config', CONFIG_PATHS.scheduler],
          ...leaderFlags(NAME),
        ]),
      },
      hardening: HARDENING.leader,
    }),
  ],
  files: [
    yamlFile(CONFIG_PATHS.scheduler, {
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      clientConnection: { kubeconfig: kubeconfigPath(`${NAME}-client`) },
      leaderElection: { leaderElect: true },
      enableProfiling: false,
    }),
  ],
})
