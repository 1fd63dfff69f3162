import type { DescriptionFile } from '../../description-file.ts'
import type { Release } from '../../release.ts'
import type { ResolvedNetworks } from '../../resolve-networks.ts'

export interface Judged {
  readonly file: DescriptionFile
  readonly release: Release
  readonly networks: ResolvedNetworks
}

export interface Fault {
  readonly path: readonly (string | number)[]
  readonly text: string
}

export type Judge = (judged: Judged) => readonly Fault[]

export interface ModernRule {
  /** Keys without which there is nothing to judge. */
  readonly reads: readonly (keyof DescriptionFile)[]
  readonly judge: Judge
}

export const fault = (path: Fault['path'], text: string): Fault => ({ path, text })

/** A fault if a condition holds, and none otherwise. */
export const faultIf = (holds: boolean, path: Fault['path'], text: string): readonly Fault[] =>
  holds ? [fault(path, text)] : []
