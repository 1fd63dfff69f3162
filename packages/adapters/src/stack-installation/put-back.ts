import { chmod, chown, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isEasycertsError, reasonOf, wrapError } from '@easycerts/shared/errors'
import {
  digestOf,
  ensureDirectory,
  type FileWrite,
  loadOwnerIds,
  publishFiles,
  readFileStateIfAny,
  recoverPublications,
  removeFileDurably,
} from '../files/index.ts'
import {
  type NumberedRecord,
  type RecordedFile,
  removeRecord,
  saveRecord,
} from './installation-record.ts'
import {
  isRunningSystem,
  journalDirectoryOf,
  pathOn,
  stateDirectoryOf,
  type TargetMachine,
} from './target-machine.ts'
import { linkDirectories, restoreUnitLinks } from './unit-links.ts'
import { unitsIn } from './installation-plan.ts'

/** Files that are neither what the installation wrote nor what was there before it. */
export const changedSince = (machine: TargetMachine, record: NumberedRecord): string[] =>
  record.files.filter((file) => isForeign(machine, file)).map(({ path }) => path)

const isForeign = (machine: TargetMachine, { path, written, before }: RecordedFile): boolean => {
  const now = readFileStateIfAny(pathOn(machine, path))
  if (now === undefined) return false
  const digest = digestOf(now.bytes)
  return digest !== written && (before === null || digest !== digestOf(contentOf(before)))
}

/**
 * Everything as it was before one installation: contents, modes, owners, absences, links of units,
 * directories. From wherever that installation, or an earlier try of this, was stopped.
 */
export const putBack = async (machine: TargetMachine, record: NumberedRecord): Promise<void> => {
  await saveRecord(machine, { ...record, state: 'undoing' })
  await clearHalfDone(machine, record)
  await restoreUnitLinks(machine, unitsOf(record), record.links)
  await restoreFiles(machine, record)
  await removeDirectories(machine, [
    ...linkDirectories(machine).filter((path) => !record.linkDirectories.includes(path)),
    ...record.directories,
  ])
  await restoreDirectories(machine, record)
  if (isRunningSystem(machine) && machine.services.isPresent()) await reload(machine)
  await removeRecord(machine, record.number)
}

/** Unit files too that nothing enables: a link may have come to them since. */
export const unitsOf = ({ units, files }: Pick<NumberedRecord, 'units' | 'files'>): string[] => [
  ...new Set([...units, ...unitsIn(files.map(({ path }) => path))]),
]

/** What a killed process left: its journal is finished, and temporary files go. */
const clearHalfDone = async (machine: TargetMachine, { files }: NumberedRecord): Promise<void> => {
  const directories = new Set(files.map(({ path }) => pathOn(machine, dirname(path))))
  await recoverPublications(journalDirectoryOf(machine), [
    stateDirectoryOf(machine),
    ...directories,
  ])
}

const restoreFiles = async (machine: TargetMachine, { files }: NumberedRecord): Promise<void> => {
  const earlier = files.flatMap(({ path, before }) =>
    before === null ? [] : [writeBefore(machine, path, before)],
  )
  for (const { path } of earlier) await ensureDirectory(dirname(path), 0o755)
  await publishFiles({
    set: 'undo',
    files: earlier,
    journalDirectory: journalDirectoryOf(machine),
    ids: loadOwnerIds(machine.root, machine.effectiveUid),
  })
  for (const { path, before } of files.toReversed())
    if (before === null) await removeFileDurably(pathOn(machine, path)).catch(unlessMissing)
}

/** A file cannot be in a directory that is not there. */
const unlessMissing = (error: unknown): void => {
  const cause = isEasycertsError(error) ? error.cause : undefined
  if (!['ENOENT', 'ENOTDIR'].includes(reasonOf(cause))) throw error
}

type Before = NonNullable<RecordedFile['before']>

const contentOf = ({ content }: Before): Buffer => Buffer.from(content, 'base64')

/** By number: the name of an owner may mean another one by now. */
const writeBefore = (machine: TargetMachine, path: string, before: Before): FileWrite => ({
  path: pathOn(machine, path),
  content: contentOf(before),
  mode: before.mode,
  owner: String(before.uid),
  group: String(before.gid),
})

const removeDirectories = async (
  machine: TargetMachine,
  directories: readonly string[],
): Promise<void> => {
  for (const directory of directories) {
    await rmdir(pathOn(machine, directory)).catch((error: unknown) => {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EBUSY', 'ENOTDIR'].includes(reasonOf(error)))
        throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot remove ${directory}`, error)
    })
  }
}

/** systemd gave them the owner and the mode of the stack. */
const restoreDirectories = async (
  machine: TargetMachine,
  { standingDirectories }: NumberedRecord,
): Promise<void> => {
  for (const { path, mode, uid, gid } of standingDirectories) {
    const directory = pathOn(machine, path)
    try {
      if (machine.effectiveUid === 0) await chown(directory, uid, gid)
      await chmod(directory, mode)
    } catch (error) {
      if (reasonOf(error) !== 'ENOENT')
        throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot restore ${path}`, error)
    }
  }
}

/** The files are right whatever systemd says, and the next boot reads them. */
const reload = async ({ services }: TargetMachine): Promise<void> => {
  await services.daemonReload().catch((error: unknown) => {
    if (!isEasycertsError(error)) throw error
  })
}
