import type { FileContent } from '@easycerts/adapters/files'

/** A file that join writes, where a running node expects it: below no other root. */
export interface PlannedFile<Content extends FileContent = string> {
  readonly path: string
  /** A private key comes as a secret. */
  readonly content: Content
  readonly mode: number
  /** User, and group of the same name unless there is one; root if absent. */
  readonly owner?: string
  readonly group?: string
}

export const WRITTEN_BY = 'Written by node-join, which replaces it when it runs again.'
