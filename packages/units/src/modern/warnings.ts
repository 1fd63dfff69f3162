import { type ComponentWithFlags, factOfFlag, FLAG_FACTS, judgeFlag } from '../facts/index.ts'
import type { StackFacts } from './stack-facts.ts'

type Warning = (facts: StackFacts) => readonly string[]

const proxyMode: Warning = ({ description, minor }) =>
  description.proxyMode === 'ipvs' && minor >= 35
    ? ['proxyMode ipvs is deprecated since 1.35: use nftables or iptables']
    : []

const containerRuntime: Warning = ({ description: { containerRuntime: runtime }, minor }) => [
  ...(runtime.name === 'docker' && minor >= 20
    ? ['docker is deprecated since 1.20, and gone in 1.24: use containerd']
    : []),
  ...(runtime.version?.startsWith('1') === true && minor === 35
    ? ['Kubernetes 1.35 is the last one that runs on containerd 1.x']
    : []),
]

const network: Warning = ({ description }) => [
  ...(description.cni === 'calico'
    ? ['calico itself is not written: apply its manifest, with the same range of pods']
    : []),
  ...(description.cni === 'bridge' && description.nodes.length > 1
    ? ['with cni bridge the routes between nodes are yours to set']
    : []),
]

const NAMES = Object.keys(FLAG_FACTS) as ComponentWithFlags[]

/** Whose flags the table knows well enough to wonder about another. */
const OF_KUBERNETES = NAMES.filter((name) => name.startsWith('kube'))

const flags: Warning = ({ description: { settings, release } }) =>
  NAMES.flatMap((component) =>
    Object.keys(settings[component].extraFlags).flatMap((name) => {
      const verdict = judgeFlag(release, component, name)
      const fact = factOfFlag(component, name)
      if (verdict === 'unknown')
        return OF_KUBERNETES.includes(component)
          ? [`nothing is known of --${name} of ${component}`]
          : []
      if (verdict !== 'deprecated' || fact?.deprecated === undefined) return []
      const instead = fact.replacement === undefined ? '' : `: use ${fact.replacement}`
      return [`--${name} of ${component} is deprecated since ${fact.deprecated}${instead}`]
    }),
  )

const WARNINGS: readonly Warning[] = [proxyMode, containerRuntime, network, flags]

/** What works, and should not stay so. */
export const warningsOf = (facts: StackFacts): string[] =>
  WARNINGS.flatMap((warning) => warning(facts))
