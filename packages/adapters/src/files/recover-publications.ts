import { join, resolve } from 'node:path'
import { discardTemporaryFiles, entriesOf } from './discard-temporary-files.ts'
import { finishPublication } from './finish-publication.ts'
import { setOfJournal } from './publication-journal.ts'

export interface Recovery {
  /** Sets that were committed and are complete now; their consumers may not know it yet. */
  readonly finished: readonly { readonly set: string; readonly paths: readonly string[] }[]
  /** Journals that could not be followed, where they are now; their sets may be torn. */
  readonly broken: readonly string[]
  /** Temporary files that no journal wanted. */
  readonly discarded: readonly string[]
}

/**
 * To be called at start, before anything else reads or writes the sets: finishes every committed
 * set and clears the rest out of `directories` and the journal directory. ERR_FILE_NOT_WRITABLE.
 */
export const recoverPublications = async (
  journalDirectory: string,
  directories: readonly string[],
): Promise<Recovery> => {
  const journals = resolve(journalDirectory)
  const finished: { set: string; paths: readonly string[] }[] = []
  const broken: string[] = []
  for (const { name } of await entriesOf(journals)) {
    const set = setOfJournal(name)
    if (set === undefined) continue
    const outcome = await finishPublication(join(journals, name))
    if (outcome.state === 'finished') finished.push({ set, paths: outcome.paths })
    if (outcome.state === 'broken') broken.push(outcome.movedTo)
  }
  const cleared = [journals, ...directories.map((directory) => resolve(directory))]
  return { finished, broken, discarded: await discardTemporaryFiles(cleared) }
}
