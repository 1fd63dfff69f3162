import { stringify } from 'yaml'
import { configFile, type GeneratedFile } from '../../stack/index.ts'
import { DIRECTORIES } from '../config-paths.ts'

/** An object of Kubernetes, of an API version that every release from 1.15 on serves. */
export interface Manifest {
  readonly apiVersion: 'v1' | 'apps/v1' | 'rbac.authorization.k8s.io/v1'
  readonly kind: string
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string }
  readonly [field: string]: unknown
}

const fileOf = (directory: string, name: string, manifests: readonly Manifest[]): GeneratedFile =>
  configFile(
    `${directory}/${name}.yaml`,
    manifests
      .map((manifest) => stringify(manifest, { aliasDuplicateObjects: false }))
      .join('---\n'),
  )

/** Reconcile: whatever changes it in the cluster, the addon manager puts it back. */
type AddonMode = 'Reconcile' | 'EnsureExists'

/** Under the care of the addon manager. */
export const keptAddon = (manifest: Manifest, mode: AddonMode = 'Reconcile'): Manifest => ({
  ...manifest,
  metadata: {
    ...manifest.metadata,
    labels: {
      ...(manifest.metadata['labels'] as object | undefined),
      'addonmanager.kubernetes.io/mode': mode,
    },
  },
})

/** Objects that the addon manager keeps. */
export const addonFile = (name: string, manifests: readonly Manifest[]): GeneratedFile =>
  fileOf(
    DIRECTORIES.addons,
    name,
    manifests.map((each) => keptAddon(each)),
  )

/** Objects that an administrator applies once. */
export const bootstrapFile = (name: string, manifests: readonly Manifest[]): GeneratedFile =>
  fileOf(DIRECTORIES.bootstrapAddons, name, manifests)
