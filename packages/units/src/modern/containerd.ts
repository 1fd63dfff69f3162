import type { Directive } from '../systemd/index.ts'
import { type ComponentFiles, configFile } from '../stack/index.ts'
import { CONFIG_PATHS } from './config-paths.ts'
import { containerdConfig } from './containerd-config.ts'
import { kubernetesService } from './service-unit.ts'
import type { StackFacts } from './stack-facts.ts'

export const CONTAINERD_UNIT = 'containerd.service'

/** Its containers have cgroups of their own and outlive it (containerd's own unit). */
export const RUNTIME_LINES: readonly Directive[] = [
  ['Delegate', 'yes'],
  ['KillMode', 'process'],
  ['LimitNPROC', 'infinity'],
  ['LimitCORE', 'infinity'],
  ['TasksMax', 'infinity'],
  ['OOMScoreAdjust', '-999'],
]

/** No mount-namespace option: the mounts of pods must reach the host. */
export const containerd = (facts: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: CONTAINERD_UNIT,
      description: 'containerd, which runs the containers of this node',
      after: [],
      type: 'notify',
      restartSeconds: 5,
      command: {
        program: facts.programs.containerd ?? '/usr/bin/containerd',
        arguments: [`--config=${CONFIG_PATHS.containerd}`, ...extraFlags(facts)],
      },
      service: RUNTIME_LINES,
      hardening: [],
    }),
  ],
  files: [configFile(CONFIG_PATHS.containerd, containerdConfig(facts))],
})

const extraFlags = ({ description }: StackFacts): string[] =>
  Object.entries(description.settings.containerd.extraFlags).map(
    ([name, value]) => `--${name}=${String(value)}`,
  )
