import type { DescriptionFile } from '../description-file.ts'
import type { FlavourName } from '../flavour.ts'
import type { Release } from '../../release/index.ts'
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

export type Judge = (judged: Judged) => readonly Fault[]

/** A judgement, and the keys that it reads: where one of these is faulty by itself, there is nothing to judge. */
export interface Rule {
  readonly reads: readonly (keyof DescriptionFile)[]
  readonly judge: Judge
}

export const fault = (path: Fault['path'], text: string): Fault => ({ path, text })

/** A fault if a condition holds, and none otherwise. */
export const faultIf = (holds: boolean, path: Fault['path'], text: string): readonly Fault[] =>
  holds ? [fault(path, text)] : []

/** What an old flavour reads, which refuses most of it. */
export const EVERY_SETTING = [
  'nodes',
  'without',
  'settings',
  'reserved',
  'featureGates',
  'containerRuntime',
  'cni',
  'networks',
] as const satisfies Rule['reads']

/** What is asked of descriptions of one flavour alone. */
export const ofFlavour = (
  flavour: FlavourName,
  reads: Rule['reads'],
  judges: readonly Judge[],
): Rule => ({
  reads,
  judge: (judged) =>
    judged.file.flavour === flavour ? judges.flatMap((judge) => judge(judged)) : [],
})
