import { resolve } from 'node:path'
import { EasycertsError } from '@easycerts/shared/errors'
import { ensureDirectory } from './ensure-directory.ts'
import type { FileWrite } from './file-spec.ts'
import { finishPublication } from './finish-publication.ts'
import type { OwnerIds } from './owner-ids.ts'
import { digestOf, formatJournal, type JournalEntry, journalPathOf } from './publication-journal.ts'
import { removeFileDurably } from './remove-file-durably.ts'
import { sameAsOnDisk } from './same-as-on-disk.ts'
import { discardTemporary, notWritable, stageFile } from './stage-file.ts'
import { syncDirectoriesOf } from './sync-directory.ts'
import { writeFileDurably } from './write-file-durably.ts'

export interface Publication {
  /** Names the journal: a set is published by one caller at a time. */
  readonly set: string
  /** In the order in which they appear; a reader in between sees a beginning of the list as new. */
  readonly files: readonly FileWrite[]
  readonly journalDirectory: string
  readonly ids: OwnerIds
}

/**
 * Replaces files that belong together, all or none: the journal is the commit point. A failure
 * before it changed nothing; one after it is finished by the next call or `recoverPublications`.
 * `changed` also names what an unfinished earlier call is owed. Target directories must exist.
 * ERR_FILE_NOT_WRITABLE, ERR_FILE_UNSAFE, ERR_USER_UNKNOWN, ERR_NAME_INVALID for the set,
 * ERR_CONFIG_INVALID for a path that occurs twice.
 */
export const publishFiles = async (publication: Publication): Promise<{ changed: string[] }> => {
  const { set, ids, journalDirectory } = publication
  const journal = journalPathOf(resolve(journalDirectory), set)
  const targets = publication.files.map((file) => ({ ...file, path: resolve(file.path) }))
  refuseDuplicates(set, targets)

  await ensureDirectory(journalDirectory, 0o700)
  const earlier = await finishPublication(journal)
  const files = targets.filter((file) => !sameAsOnDisk(file, ids))
  if (files.length > 0) {
    await commit(journal, await stageSet(files, ids))
    await finishOwn(journal)
  }
  const owed = earlier.state === 'finished' ? earlier.paths : []
  return { changed: [...new Set([...owed, ...files.map(({ path }) => path)])] }
}

/** Of two files with one path, a crash in between could not be told from damage. */
const refuseDuplicates = (set: string, files: readonly FileWrite[]): void => {
  const paths = files.map(({ path }) => path)
  const twice = paths.find((path, index) => paths.indexOf(path) !== index)
  if (twice !== undefined)
    throw new EasycertsError('ERR_CONFIG_INVALID', `the set ${set} writes ${twice} twice`)
}

const stageSet = async (files: readonly FileWrite[], ids: OwnerIds): Promise<JournalEntry[]> => {
  const entries: JournalEntry[] = []
  try {
    for (const file of files) {
      const temp = await stageFile(file, ids)
      entries.push({ temp, path: file.path, sha256: digestOf(file.content) })
    }
    await syncDirectoriesOf(entries.map(({ temp }) => temp))
    return entries
  } catch (error) {
    await discard(entries)
    throw notWritable(files[entries.length]?.path ?? 'the set', error)
  }
}

/** Temporary files go only once the journal that names them is surely gone. */
const commit = async (journal: string, entries: readonly JournalEntry[]): Promise<void> => {
  try {
    await writeFileDurably({ path: journal, content: formatJournal(entries), mode: 0o600 })
  } catch (error) {
    await removeFileDurably(journal)
    await discard(entries)
    throw error
  }
}

const finishOwn = async (journal: string): Promise<void> => {
  const { state } = await finishPublication(journal)
  if (state !== 'finished')
    throw new EasycertsError('ERR_FILE_NOT_WRITABLE', `${journal} was changed while it was in use`)
}

const discard = async (entries: readonly JournalEntry[]): Promise<void> => {
  for (const { temp } of entries) await discardTemporary(temp)
}
