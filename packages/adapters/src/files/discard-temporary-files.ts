import type { Dirent } from 'node:fs'
import { readdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { reasonOf } from '@easycerts/shared/errors'
import { notWritable } from './stage-file.ts'
import { isTemporaryName, targetOfTemporary } from './temporary-name.ts'

/**
 * Deletes what killed writers left in these directories (not below them) and returns the paths.
 * Only for the one process that writes there: it cannot tell a living writer's file from a dead one's.
 */
export const discardTemporaryFiles = (directories: readonly string[]): Promise<string[]> =>
  discardIn(directories, isTemporaryName)

/** The same of these files alone, in directories where others of our programs may write. */
export const discardTemporariesOf = (paths: readonly string[]): Promise<string[]> => {
  const targets = new Set(paths)
  return discardIn(paths.map(dirname), (_name, path) => targets.has(targetOfTemporary(path) ?? ''))
}

const discardIn = async (
  directories: readonly string[],
  isLeft: (name: string, path: string) => boolean,
): Promise<string[]> => {
  const discarded: string[] = []
  for (const directory of new Set(directories)) {
    for (const entry of await entriesOf(directory)) {
      const path = join(directory, entry.name)
      if (!(entry.isFile() || entry.isSymbolicLink()) || !isLeft(entry.name, path)) continue
      await unlink(path).catch((error: unknown) => {
        throw notWritable(path, error)
      })
      discarded.push(path)
    }
  }
  return discarded
}

/** None for a directory that is not there (yet). ERR_FILE_NOT_WRITABLE. */
export const entriesOf = async (directory: string): Promise<Dirent[]> =>
  await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return []
    throw notWritable(directory, error)
  })
