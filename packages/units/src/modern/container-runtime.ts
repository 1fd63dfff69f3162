import type { ComponentFiles } from '../stack/index.ts'
import { containerd, CONTAINERD_UNIT } from './containerd.ts'
import { docker, DOCKER_UNIT } from './docker.ts'
import type { StackFacts } from './stack-facts.ts'

const isDocker = ({ description }: StackFacts): boolean =>
  description.containerRuntime.name === 'docker'

export const runtimeUnit = (facts: StackFacts): string =>
  isDocker(facts) ? DOCKER_UNIT : CONTAINERD_UNIT

export const containerRuntime = (facts: StackFacts): ComponentFiles =>
  isDocker(facts) ? docker(facts) : containerd(facts)
