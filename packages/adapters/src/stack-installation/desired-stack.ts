/** A file as it is to be on a machine. */
export interface DesiredFile {
  readonly path: string
  readonly content: string
  readonly mode: number
  /** User, and group of the same name; root if absent. */
  readonly owner?: string
}

/** What an installation makes true, whoever built it. */
export interface DesiredStack {
  readonly files: readonly DesiredFile[]
  /** Units that are enabled. */
  readonly units: readonly string[]
}
