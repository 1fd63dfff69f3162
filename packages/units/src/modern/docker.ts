import { type ComponentFiles, jsonFile } from '../stack/index.ts'
import { CONFIG_PATHS } from './config-paths.ts'
import { RUNTIME_LINES } from './containerd.ts'
import { kubernetesService } from './service-unit.ts'
import type { StackFacts } from './stack-facts.ts'

export const DOCKER_UNIT = 'docker.service'

/** For Kubernetes before 1.24. Its own bridge and rules are off: CNI connects pods. */
export const docker = ({ options }: StackFacts): ComponentFiles => ({
  units: [
    kubernetesService({
      name: DOCKER_UNIT,
      description: 'docker, which runs the containers of this node',
      after: [],
      type: 'notify',
      restartSeconds: 5,
      command: { program: '/usr/bin/dockerd', arguments: [] },
      service: RUNTIME_LINES,
      hardening: [],
    }),
  ],
  files: [
    jsonFile(CONFIG_PATHS.docker, {
      'exec-opts': [`native.cgroupdriver=${options.cgroupDriver}`],
      'log-driver': 'json-file',
      'log-opts': { 'max-size': '100m', 'max-file': '3' },
      'live-restore': true,
      bridge: 'none',
      iptables: false,
      'ip-masq': false,
    }),
  ],
})
