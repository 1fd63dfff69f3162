import { configFile } from '../stack/index.ts'
import type { Directive } from '../systemd/index.ts'
import { quoteArgument, quoteWord } from '../systemd/index.ts'
import { componentService, type Place, type ServiceFiles } from './component-service.ts'
import { DOCKER_ENVIRONMENT } from './docker-options.ts'
import { commandWords } from './flags.ts'
import { hasFlannel, type NixosFacts } from './nixos-facts.ts'
import { CNI_CONFIG_DIRECTORY } from './kubelet-flags.ts'
import { seedImages } from './seed-images.ts'

const PLACE: Place = {
  wantedBy: 'multi-user.target',
  after: ['network.target'],
  before: ['kubelet.service'],
}

// Its containers have cgroups of their own and outlive it.
const RUNTIME_LINES: readonly Directive[] = [
  ['Delegate', 'yes'],
  ['KillMode', 'process'],
  ['LimitNOFILE', '1048576'],
  ['LimitNPROC', 'infinity'],
  ['LimitCORE', 'infinity'],
  ['TasksMax', 'infinity'],
  ['OOMScoreAdjust', '-999'],
]

/** docker or containerd, and the images that it has before any pod asks. */
export const containerRuntime = (facts: NixosFacts): ServiceFiles => {
  const runtime =
    facts.description.containerRuntime.name === 'docker' ? docker(facts) : containerd(facts)
  const seed = seedImages(facts)
  return {
    units: [...runtime.units, ...seed.units],
    files: [...runtime.files, ...seed.files],
    defects: { ...runtime.defects, ...seed.defects },
  }
}

/** Without a bridge of its own until flannel has said which: `$DOCKER_OPTS` is read from its file. */
const docker = (facts: NixosFacts): ServiceFiles => {
  const { program, logDriver, extraOptions } = facts.options.docker
  const words = [
    ...['--group=docker', '--host=unix:///run/docker.sock', `--log-driver=${logDriver}`],
    ...['--iptables=false', '--ip-masq=false', ...extraOptions],
  ]
  const isFlannels = hasFlannel(facts)
  const command = [quoteWord(program), ...words.map(quoteArgument)]
  return componentService(facts, {
    name: 'docker',
    description: 'Docker Application Container Engine',
    eventual: PLACE,
    online: PLACE,
    type: 'notify',
    restartSeconds: 5,
    sourceRestart: ['always', '0'],
    ofCluster: false,
    environment: isFlannels ? { DOCKER_OPTS: '-b none' } : {},
    // As one word of its own it is split into the words that it holds.
    command: [...command, ...(isFlannels ? ['$DOCKER_OPTS'] : [])].join(' '),
    service: [...fromFlannel(isFlannels), ...RUNTIME_LINES],
    sourceService: [['Type', 'notify'], ...fromFlannel(isFlannels), ...RUNTIME_LINES],
  })
}

const fromFlannel = (isFlannels: boolean): readonly Directive[] =>
  isFlannels ? [['EnvironmentFile', `-${DOCKER_ENVIRONMENT}`]] : []

const CONFIG = '/etc/containerd/config.toml'

const containerd = (facts: NixosFacts): ServiceFiles => {
  const service = componentService(facts, {
    name: 'containerd',
    description: 'containerd - container runtime',
    eventual: PLACE,
    online: PLACE,
    type: 'notify',
    restartSeconds: 5,
    sourceRestart: ['always', '5'],
    ofCluster: false,
    command: {
      program: facts.description.programs.containerd ?? '/usr/bin/containerd',
      arguments: commandWords(facts, 'containerd', [['config', CONFIG]]),
    },
    service: RUNTIME_LINES,
    sourceService: [['Type', 'notify'], ...RUNTIME_LINES],
  })
  return { ...service, files: [...service.files, configFile(CONFIG, CONTAINERD_CONFIG)] }
}

/** Version 2 is read by containerd 1.3 to 2.x; what it says is NixOS's. */
const CONTAINERD_CONFIG = `version = 2

[plugins.'io.containerd.grpc.v1.cri']
  sandbox_image = 'pause:latest'

[plugins.'io.containerd.grpc.v1.cri'.cni]
  bin_dir = '/opt/cni/bin'
  conf_dir = '${CNI_CONFIG_DIRECTORY}'
  max_conf_num = 0

[plugins.'io.containerd.grpc.v1.cri'.containerd]
  default_runtime_name = 'runc'

[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'

[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc.options]
  SystemdCgroup = true
`
