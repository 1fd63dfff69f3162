import { resolve } from 'node:path'
import type { ClusterFlags } from '../adoption/index.ts'
import type { ProtectionOptions } from './choose-protection.ts'
import type { GlobalOptions } from './command-context.ts'

/** What the imports of a running cluster have in common. */
export interface ImportOptions extends GlobalOptions, ProtectionOptions {
  readonly dryRun?: boolean
  readonly undo?: boolean
  readonly root: string
  /** In place of systemctl. */
  readonly systemctl?: string
  readonly name: string
  readonly domain: string
  readonly serviceCidr: string
  readonly podCidr: string
  readonly kubernetesVersion: string
  readonly description?: string
  readonly address: readonly string[]
  readonly joinPort: string
  readonly nodePort: string
  readonly publicPort: string
}

/** What the flags say of the cluster, as its plan takes it. */
export const clusterFlagsOf = (options: ImportOptions, now: Date): ClusterFlags => ({
  ...options,
  description: options.description === undefined ? undefined : resolve(options.description),
  addresses: options.address,
  joinPort: Number(options.joinPort),
  nodePort: Number(options.nodePort),
  publicPort: Number(options.publicPort),
  now,
})
