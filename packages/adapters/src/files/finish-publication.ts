import { lstat, rename } from 'node:fs/promises'
import { reasonOf } from '@easycerts/shared/errors'
import { digestOfFile, type JournalEntry, readJournal } from './publication-journal.ts'
import { removeFileDurably } from './remove-file-durably.ts'
import { notWritable } from './stage-file.ts'
import { syncDirectoriesOf } from './sync-directory.ts'

export type FinishedPublication =
  | { readonly state: 'none' }
  | { readonly state: 'finished'; readonly paths: readonly string[] }
  | { readonly state: 'broken'; readonly movedTo: string }

/**
 * Rolls a committed set forward, from wherever it stopped. Every file is verified before the first
 * is renamed; a journal that cannot be followed to its end moves no file and is put aside.
 */
export const finishPublication = async (journal: string): Promise<FinishedPublication> => {
  const entries = readJournal(journal)
  if (entries === undefined) return { state: 'none' }
  if (entries === 'malformed' || !entries.every(isIntact)) return await putAside(journal)
  for (const entry of entries) await switchOver(entry)
  const paths = entries.map(({ path }) => path)
  await syncDirectoriesOf(paths).catch((error: unknown) => {
    throw notWritable(journal, error)
  })
  await removeFileDurably(journal)
  return { state: 'finished', paths }
}

/** A temporary file that is gone was renamed already: then its bytes are under the final name. */
const isIntact = ({ temp, path, sha256 }: JournalEntry): boolean =>
  (digestOfFile(temp) ?? digestOfFile(path)) === sha256

const switchOver = async ({ temp, path }: JournalEntry): Promise<void> => {
  try {
    await rename(temp, path)
  } catch (error) {
    const isDone = reasonOf(error) === 'ENOENT' && (await isGone(temp))
    if (!isDone) throw notWritable(path, error)
  }
}

const isGone = async (path: string): Promise<boolean> =>
  await lstat(path).then(
    () => false,
    (error: unknown) => reasonOf(error) === 'ENOENT',
  )

const putAside = async (journal: string): Promise<FinishedPublication> => {
  const movedTo = `${journal}.broken`
  try {
    await rename(journal, movedTo)
    await syncDirectoriesOf([journal])
  } catch (error) {
    throw notWritable(movedTo, error)
  }
  return { state: 'broken', movedTo }
}
