import type { GeneratedFile } from './generated-file.ts'

/** What one node gets, but certificates and kubeconfigs. */
export interface NodeStack {
  readonly files: readonly GeneratedFile[]
  /** Names of the units to enable and start, in this order. */
  readonly units: readonly string[]
  /** What an operator should know of what was written: one sentence each. */
  readonly warnings?: readonly string[]
}
