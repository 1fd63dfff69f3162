import type { ComponentName } from '../description/index.ts'
import { type BuildStack, type ComponentFiles, unitFile } from '../stack/index.ts'
import { addons } from './addons/index.ts'
import { caServer } from './ca-server.ts'
import { certmgr } from './certmgr.ts'
import { clusterUnits } from './cluster-units.ts'
import { containerRuntime } from './container-runtime.ts'
import { etcd } from './etcd.ts'
import { flanneld } from './flanneld.ts'
import { hostFiles } from './host-files.ts'
import { kubeAddonManager } from './kube-addon-manager.ts'
import { kubeApiserver } from './kube-apiserver.ts'
import { kubeApiserverOnline } from './kube-apiserver-online.ts'
import { kubeControllerManager } from './kube-controller-manager.ts'
import { kubeProxy } from './kube-proxy.ts'
import { kubeScheduler } from './kube-scheduler.ts'
import { kubelet } from './kubelet.ts'
import { podNetwork } from './pod-network.ts'
import { hasFlannel, type StackFacts, stackFacts } from './stack-facts.ts'
import { warningsOf } from './warnings.ts'

interface StackRow {
  readonly when: (facts: StackFacts) => boolean
  readonly build: (facts: StackFacts) => ComponentFiles
}

const always = (): boolean => true
const runs =
  (name: ComponentName) =>
  ({ node }: StackFacts): boolean =>
    node.components.has(name)

/** In the order of their start. */
const STACK: readonly StackRow[] = [
  { when: always, build: hostFiles },
  { when: always, build: caServer },
  { when: runs('certificates'), build: certmgr },
  { when: runs('kubelet'), build: containerRuntime },
  { when: runs('etcd'), build: etcd },
  { when: runs('apiserver'), build: kubeApiserver },
  { when: runs('apiserver'), build: kubeApiserverOnline },
  { when: runs('controllerManager'), build: kubeControllerManager },
  { when: runs('scheduler'), build: kubeScheduler },
  { when: runs('kubelet'), build: kubelet },
  { when: runs('kubelet'), build: podNetwork },
  { when: runs('proxy'), build: kubeProxy },
  { when: hasFlannel, build: flanneld },
  { when: runs('addonManager'), build: addons },
  { when: runs('addonManager'), build: kubeAddonManager },
  { when: always, build: clusterUnits },
]

/** Everything that systemd and the components of a node read, but certificates and kubeconfigs. */
export const buildNodeStack: BuildStack = (request) => {
  const facts = stackFacts(request)
  const parts = STACK.filter(({ when }) => when(facts)).map(({ build }) => build(facts))
  const units = parts.flatMap((part) => part.units)
  const warnings = warningsOf(facts)
  return {
    files: [...parts.flatMap((part) => part.files), ...units.map(unitFile)],
    units: units
      .filter(({ sections }) => sections.some(({ name }) => name === 'Install'))
      .map(({ name }) => name),
    ...(warnings.length === 0 ? {} : { warnings }),
  }
}
