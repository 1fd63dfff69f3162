import { HARDENING } from '../systemd/index.ts'
import { type ComponentFiles, type GeneratedFile, yamlFile } from '../stack/index.ts'
import { argumentsOf } from './component-command.ts'
import { withSettings } from './component-config.ts'
import { CONFIG_PATHS } from './config-paths.ts'
import { type Flag, pairs } from './flag.ts'
import { afterApiserver } from './kube-apiserver-online.ts'
import { unitName } from './layout-lookup.ts'
import { leaderFlags } from './leader-flags.ts'
import { kubernetesService } from './service-unit.ts'
import { kubernetesProgram, type StackFacts } from './stack-facts.ts'

const NAME = 'kube-scheduler'

/** Version 1 of its file; the versions before it lived for two or three releases each. */
const FILE_SINCE = 25

export const kubeScheduler = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: unitName(NAME),
      description: 'kube-scheduler, which finds a node for each pod',
      after: afterApiserver(facts),
      type: 'exec',
      user: facts.paths.certificateOf(NAME).owner,
      restartSeconds: 5,
      command: {
        program: kubernetesProgram(facts.programs, NAME),
        arguments: argumentsOf(facts, NAME, flags(facts)),
      },
      hardening: HARDENING.leader,
    }),
  ],
  files: facts.minor < FILE_SINCE ? [] : [configuration(facts)],
})

const flags = (facts: StackFacts): readonly Flag[] => [
  ['config', CONFIG_PATHS.scheduler, { since: FILE_SINCE }],
  ['kubeconfig', facts.paths.kubeconfigPath(`${NAME}-client`), { before: FILE_SINCE }],
  ['leader-elect', true, { before: FILE_SINCE }],
  ['profiling', false, { before: FILE_SINCE }],
  ['feature-gates', pairs(facts.description.featureGates)],
  ...leaderFlags(facts, NAME),
]

const configuration = (facts: StackFacts): GeneratedFile =>
  yamlFile(
    CONFIG_PATHS.scheduler,
    withSettings(facts, NAME, {
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      clientConnection: { kubeconfig: facts.paths.kubeconfigPath(`${NAME}-client`) },
      leaderElection: { leaderElect: true },
      enableProfiling: false,
    }),
  )
