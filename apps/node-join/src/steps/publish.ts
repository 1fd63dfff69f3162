import { dirname } from 'node:path'
import {
  ensureDirectory,
  type FileContent,
  type OwnerIds,
  publishFiles,
} from '@easycerts/adapters/files'
import { type Machine, pathOn, refuseOutside } from '../machine/index.ts'
import { keepReplaced } from '../adoption/adoption-record.ts'
import { noteInManifest } from '../manifest/index.ts'
import type { PlannedFile } from '../plan/planned-file.ts'
import { JOURNAL_DIRECTORY } from './recover.ts'

const PARENT_MODE = 0o755

/** Who owns what on this machine, and where its files are. */
export interface Place {
  readonly machine: Machine
  readonly ids: OwnerIds
}

/**
 * Replaces a set of files, all or none, in the order given, and tells which were not as they are
 * now: paths as the running node sees them.
 */
export const publish = async (
  { machine, ids }: Place,
  set: string,
  files: readonly PlannedFile<FileContent>[],
): Promise<string[]> => {
  const directories = new Set(files.map(({ path }) => dirname(path)))
  for (const directory of directories) refuseOutside(machine, directory)
  await keepReplaced(machine, files)
  await noteInManifest(machine, files)
  for (const directory of directories)
    await ensureDirectory(pathOn(machine, directory), PARENT_MODE)
  const { changed } = await publishFiles({
    set,
    files: files.map(({ owner = 'root', group = owner, ...file }) => ({
      ...file,
      path: pathOn(machine, file.path),
      owner,
      group,
    })),
    journalDirectory: pathOn(machine, JOURNAL_DIRECTORY),
    ids,
  })
  const isChanged = new Set(changed)
  return files.map(({ path }) => path).filter((path) => isChanged.has(pathOn(machine, path)))
}
