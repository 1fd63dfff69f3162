import type { Secret } from '@easycerts/shared/encoding'

/** Who may touch a file. Names or decimal ids; what is left out stays as the creating process makes it. */
export interface FileOwnership {
  readonly owner?: string
  readonly group?: string
  /** Permission bits, exact: the umask has no say. */
  readonly mode: number
}

/** A private key comes as a secret, which is revealed where it is written and nowhere before. */
export type FileContent = string | Uint8Array | Secret<string>

export interface FileWrite extends FileOwnership {
  readonly path: string
  readonly content: FileContent
}

/** A file whose content comes piece by piece, for what is larger than memory should hold. */
export interface StreamWrite extends Omit<FileWrite, 'content'> {
  readonly content: AsyncIterable<string> | Iterable<string>
}
