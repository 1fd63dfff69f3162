import { type Release, isAtLeast } from '../release/index.ts'
import { APISERVER_FLAGS } from './apiserver-flags.ts'
import { ETCD_FLAGS, FLANNELD_FLAGS } from './etcd-flags.ts'
import type { Fact, FactTable } from './fact.ts'
import { KUBELET_FIELDS } from './kubelet-fields.ts'
import { KUBELET_FLAGS } from './kubelet-flags.ts'
import { CONTROLLER_MANAGER_FLAGS, SCHEDULER_FLAGS } from './leader-flags.ts'
import { PROXY_FIELDS } from './proxy-fields.ts'
import { PROXY_FLAGS } from './proxy-flags.ts'

/** Every flag that any flavour writes, and those that people still have. */
export const FLAG_FACTS = {
  'kube-apiserver': APISERVER_FLAGS,
  'kube-controller-manager': CONTROLLER_MANAGER_FLAGS,
  'kube-scheduler': SCHEDULER_FLAGS,
  kubelet: KUBELET_FLAGS,
  'kube-proxy': PROXY_FLAGS,
  etcd: ETCD_FLAGS,
  flanneld: FLANNELD_FLAGS,
} as const satisfies Readonly<Record<string, FactTable>>

export const FIELD_FACTS = {
  KubeletConfiguration: KUBELET_FIELDS,
  KubeProxyConfiguration: PROXY_FIELDS,
} as const satisfies Readonly<Record<string, FactTable>>

export type ComponentWithFlags = keyof typeof FLAG_FACTS
export type KindWithFields = keyof typeof FIELD_FACTS

/** `unknown`: no row of ours tells. */
export type Verdict = 'current' | 'deprecated' | 'removed' | 'not yet' | 'unknown'

const findIn = (table: FactTable, name: string): Fact | undefined => (Object.hasOwn(table, name) ? table[name] : undefined)

/** Name without dashes before it; an underscore within is the same as a dash (component-base/cli/flag). */
export const factOfFlag = (component: ComponentWithFlags, name: string): Fact | undefined => findIn(FLAG_FACTS[component], name.replaceAll('_', '-'))

/** Path from the first level: 'authentication.anonymous.enabled'. */
export const factOfField = (kind: KindWithFields, path: string): Fact | undefined => findIn(FIELD_FACTS[kind], path)

export const judgeFlag = (release: Release, component: ComponentWithFlags, name: string): Verdict => judge(release, factOfFlag(component, name))

export const judgeField = (release: Release, kind: KindWithFields, path: string): Verdict => judge(release, factOfField(kind, path))

const judge = (release: Release, known: Fact | undefined): Verdict => {
  if (known === undefined) return 'unknown'
  const { since, deprecated, removed } = known
  if (since !== undefined && !isAtLeast(release, since)) return 'not yet'
  if (removed !== undefined && isAtLeast(release, removed)) return 'removed'
  return deprecated !== undefined && isAtLeast(release, deprecated) ? 'deprecated' : 'current'
}
