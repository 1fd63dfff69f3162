import type { Dirent } from 'node:fs'
import { readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from '@easycerts/shared/errors'
import { notWritable } from './stage-file.ts'
import { isTemporaryName } from './temporary-name.ts'

/**
 * Deletes what killed writers left in these directories (not below them) and returns the paths.
 * Only for the one process that writes there: it cannot tell a living writer's file from a dead one's.
 */
export const discardTemporaryFiles = async (directories: readonly string[]): Promise<string[]> => {
  const discarded: string[] = []
  for (const directory of new Set(directories)) {
    for (const entry of await entriesOf(directory)) {
      if (!(entry.isFile() || entry.isSymbolicLink()) || !isTemporaryName(entry.name)) continue
      const path = join(directory, entry.name)
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
