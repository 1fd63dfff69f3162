import { type Generation, readGenerations } from './generations.ts'
import { type PutBack, readPutBack } from './put-back.ts'

/** What is kept of the certificates of one spec. */
export interface History {
  /** The newest first. */
  readonly generations: readonly Generation[]
  readonly putBack: PutBack | undefined
}

export type Histories = Readonly<Record<string, History>>

export const readHistories = (
  directory: string,
  specs: readonly { readonly name: string }[],
): Histories =>
  Object.fromEntries(
    specs.map(({ name }) => [
      name,
      { generations: readGenerations(directory, name), putBack: readPutBack(directory, name) },
    ]),
  )
