import type { ComponentName } from '../description/index.ts'
import { type BuildStack, type GeneratedFile, unitFile } from '../stack/index.ts'
import type { Unit } from '../systemd/index.ts'
import { addonBootstrap } from './addon-bootstrap.ts'
import type { ServiceFiles } from './component-service.ts'
import { containerRuntime } from './container-runtime.ts'
import { easycertsUnits } from './easycerts-units.ts'
import { etcd } from './etcd.ts'
import { flannel } from './flannel.ts'
import { hostFiles } from './host-files.ts'
import { kubeAddonManager } from './kube-addon-manager.ts'
import { kubeApiserver } from './kube-apiserver.ts'
import { kubeControllerManager } from './kube-controller-manager.ts'
import { kubeProxy } from './kube-proxy.ts'
import { kubeScheduler } from './kube-scheduler.ts'
import { kubelet } from './kubelet.ts'
import { lateCertificates } from './late-certificates.ts'
import { hasFlannel, nixosFacts, type NixosFacts } from './nixos-facts.ts'
import { clusterUnits } from './targets.ts'
import { caOnline, controlPlaneOnline, kubeletOnline } from './waiters.ts'
import { nixosWarnings } from './warnings.ts'

interface StackRow {
  /** Absent: on every node. */
  readonly component?: ComponentName
  readonly isFor?: (facts: NixosFacts) => boolean
  readonly build: (facts: NixosFacts) => ServiceFiles
}

const isHeldBack = ({ form }: NixosFacts): boolean => form !== 'eventual'

/** In the order of their start. */
const STACK: readonly StackRow[] = [
  { build: hostFiles },
  { build: clusterUnits },
  { build: caOnline, isFor: isHeldBack },
  { component: 'kubelet', build: containerRuntime },
  { component: 'etcd', build: etcd },
  { component: 'apiserver', build: kubeApiserver },
  { component: 'controllerManager', build: kubeControllerManager },
  { component: 'scheduler', build: kubeScheduler },
  { component: 'apiserver', build: addonBootstrap },
  { build: controlPlaneOnline, isFor: isHeldBack },
  { component: 'kubelet', build: kubelet },
  { component: 'flannel', build: flannel, isFor: hasFlannel },
  { component: 'kubelet', build: kubeletOnline, isFor: isHeldBack },
  { component: 'proxy', build: kubeProxy },
  { component: 'addonManager', build: kubeAddonManager },
]

/** The services that have a path unit: they may have been started too early for their certificates. */
const heldServices = (units: readonly Unit[]): string[] =>
  units.flatMap(({ name, sections }) =>
    name.endsWith('.service') &&
    units.some((other) => other.name === name.replace(/service$/, 'path')) &&
    sections.some(({ directives }) => directives.some(([key]) => key === 'ConditionPathExists'))
      ? [name]
      : [],
  )

/** `services.kubernetes` of NixOS on any system with systemd; ca-server and certmgr for easyCerts. */
export const nixosStack: BuildStack = (request) => {
  const facts = nixosFacts(request)
  const rows = STACK.filter(
    ({ component, isFor }) =>
      (component === undefined || facts.node.components.has(component)) && (isFor?.(facts) ?? true),
  ).map(({ build }) => build(facts))
  const own = rows.flatMap((row) => row.units)
  const parts: readonly ServiceFiles[] = [
    ...rows,
    ...(facts.form === 'online-targets' ? [lateCertificates(heldServices(own))] : []),
    easycertsUnits(facts, request),
  ]
  const units = parts.flatMap((part) => part.units)
  const defects = Object.assign({}, ...parts.map((part) => part.defects ?? {})) as Readonly<
    Record<string, readonly string[]>
  >
  return {
    files: [
      ...uniqueFiles(parts.flatMap((part) => part.files)),
      ...units.map((unit) => withDefects(unitFile(unit), defects[unit.name] ?? [])),
    ],
    units: units
      .filter(({ sections }) => sections.some(({ name }) => name === 'Install'))
      .map(({ name }) => name),
    warnings: nixosWarnings(facts),
  }
}

/** A script that several units call is one file. */
const uniqueFiles = (files: readonly GeneratedFile[]): GeneratedFile[] => [
  ...new Map(files.map((file) => [file.path, file])).values(),
]

/** What is wrong with a unit stands above everything else in its file. */
const withDefects = (file: GeneratedFile, defects: readonly string[]): GeneratedFile => ({
  ...file,
  content: `${defects.map((defect) => `# Defect: ${defect}\n`).join('')}${file.content}`,
})
