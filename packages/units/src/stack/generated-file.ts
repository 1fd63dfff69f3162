/** A file of a node, whole. */
export interface GeneratedFile {
  readonly path: string
  readonly content: string
  readonly mode: number
  /** User that owns it, root if absent. */
  readonly owner?: string
}
