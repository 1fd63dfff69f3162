import type { StackFacts } from './stack-facts.ts'
import { type ComponentFiles, configFile } from '../stack/index.ts'
import { CONFIG_PATHS } from './config-paths.ts'
import { kubernetesService } from './service-unit.ts'

export const CONTAINERD_UNIT = 'containerd.service'

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
        arguments: [`--config=${CONFIG_PATHS.containerd}`],
      },
      service: [
        // Its containers have cgroups of their own and outlive it (containerd's own unit).
        ['Delegate', 'yes'],
        ['KillMode', 'process'],
        ['LimitNPROC', 'infinity'],
        ['LimitCORE', 'infinity'],
        ['TasksMax', 'infinity'],
        ['OOMScoreAdjust', '-999'],
      ],
      hardening: [],
    }),
  ],
  files: [configFile(CONFIG_PATHS.containerd, containerdConfig(facts.minor))],
})

interface ConfigFormat {
  readonly version: number
  /** The table that holds the containerd section of CRI's configuration. */
  readonly runtime: string
}

// 1.35 is the last Kubernetes that runs on containerd 1.x, which knows version 2 and not 3;
// containerd 2 reads both.
const formatFor = (minor: number): ConfigFormat =>
  minor >= 36
    ? { version: 3, runtime: `plugins.'io.containerd.cri.v1.runtime'.containerd` }
    : { version: 2, runtime: `plugins.'io.containerd.grpc.v1.cri'.containerd` }

/** Plug-ins and CNI configuration stand where containerd looks by default. */
const containerdConfig = (minor: number): string => {
  const { version, runtime } = formatFor(minor)
  return `version = ${version}

[${runtime}]
  default_runtime_name = 'runc'

[${runtime}.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'

[${runtime}.runtimes.runc.options]
  SystemdCgroup = true
`
}
