import type { Role } from '@easycerts/shared/cluster'
import { caServer } from './ca-server.ts'
import { certmgr } from './certmgr.ts'
import { clusterUnits } from './cluster-units.ts'
import { type ComponentFiles, type NodeStack, unitFile } from '../stack/index.ts'
import { containerd } from './containerd.ts'
import { etcd } from './etcd.ts'
import { flanneld } from './flanneld.ts'
import { hostFiles } from './host-files.ts'
import { kubeAddonManager } from './kube-addon-manager.ts'
import { kubeApiserver } from './kube-apiserver.ts'
import { kubeControllerManager } from './kube-controller-manager.ts'
import { kubeProxy } from './kube-proxy.ts'
import { kubeScheduler } from './kube-scheduler.ts'
import { kubelet } from './kubelet.ts'
import type { NodeStackInput } from './node-stack-input.ts'
import { type StackFacts, stackFacts } from './stack-facts.ts'

interface StackRow {
  readonly roles: readonly Role[]
  readonly build: (facts: StackFacts) => ComponentFiles
}

const both: readonly Role[] = ['worker', 'master']
const master: readonly Role[] = ['master']

/** In the order of their start. */
const STACK: readonly StackRow[] = [
  { roles: both, build: hostFiles },
  { roles: master, build: caServer },
  { roles: both, build: certmgr },
  { roles: both, build: containerd },
  { roles: master, build: etcd },
  { roles: master, build: kubeApiserver },
  { roles: master, build: kubeControllerManager },
  { roles: master, build: kubeScheduler },
  { roles: both, build: kubelet },
  { roles: both, build: kubeProxy },
  { roles: both, build: flanneld },
  { roles: master, build: kubeAddonManager },
  { roles: both, build: clusterUnits },
]

/** Everything that systemd and the components of a node read, but certificates and kubeconfigs. */
export const buildNodeStack = (input: NodeStackInput): NodeStack => {
  const facts = stackFacts(input)
  const parts = STACK.filter(({ roles }) => roles.includes(input.node.role)).map(({ build }) =>
    build(facts),
  )
  const units = parts.flatMap((part) => part.units)
  return {
    files: [...parts.flatMap((part) => part.files), ...units.map(unitFile)],
    units: units
      .filter(({ sections }) => sections.some(({ name }) => name === 'Install'))
      .map(({ name }) => name),
  }
}
