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
