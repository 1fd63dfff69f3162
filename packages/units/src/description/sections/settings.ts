import * as v from 'valibot'
import { absolutePath, text } from './scalars.ts'

const flagName = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9_-]{0,80}$/, 'is not the name of a flag, without its dashes'),
)
const flagValue = v.union([text, v.number(), v.boolean()])

/** What people add to a component: flags of its command line, and fields of its configuration file. */
export const componentSettings = v.strictObject({
  extraFlags: v.optional(v.record(flagName, flagValue), {}),
  config: v.optional(v.record(v.string(), v.unknown()), {}),
})

export const CONFIGURED_COMPONENTS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'etcd',
  'flanneld',
  'containerd',
] as const

export type ConfiguredComponent = (typeof CONFIGURED_COMPONENTS)[number]

export const settingsSection = v.strictObject(
  v.entriesFromList(CONFIGURED_COMPONENTS, v.optional(componentSettings, {})),
)

/** Amounts as Kubernetes writes them: '200m', '500Mi'. */
const quantity = v.pipe(
  v.string(),
  v.regex(/^\d+(\.\d+)?(m|[kKMGTPE]i?|%)?$/, 'is not an amount such as 200m or 500Mi'),
)

export const reservedSection = v.strictObject({
  kube: v.optional(v.record(v.string(), quantity)),
  system: v.optional(v.record(v.string(), quantity)),
  evictionHard: v.optional(v.record(v.string(), quantity)),
})

/** Where programs stand that are not in their usual place. */
export const programsSection = v.strictObject({
  node: v.optional(absolutePath),
  certmgr: v.optional(absolutePath),
  caServer: v.optional(absolutePath),
  kubernetesBinDirectory: v.optional(absolutePath),
  containerd: v.optional(absolutePath),
  flanneld: v.optional(absolutePath),
  etcd: v.optional(absolutePath),
  kubeAddons: v.optional(absolutePath),
})
