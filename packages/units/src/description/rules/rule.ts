import type { DescriptionFile } from '../description-file.ts'
import type { Release } from '../release.ts'
import type { ResolvedNetworks } from '../resolve-networks.ts'

/** What contradicts in a description, at the key that is to be changed. */
export interface Fault {
  readonly path: readonly (string | number)[]
  readonly text: string
}

export interface Judged {
  readonly file: DescriptionFile
  readonly release: Release
  readonly networks: ResolvedNetworks
}

export type Rule = (judged: Judged) => readonly Fault[]

export const fault = (path: Fault['path'], text: string): Fault => ({ path, text })
