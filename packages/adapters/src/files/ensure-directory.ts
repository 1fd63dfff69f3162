import { chmod, lstat, mkdir, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { EasycertsError, reasonOf, wrapError } from '@easycerts/shared/errors'
import { syncDirectoriesOf } from './sync-directory.ts'

const PARENT_MODE = 0o755

/**
 * Creates what is missing of a path, durably: parents 0755, the last one `mode` (exact). What is
 * there stays as it is. ERR_FILE_UNSAFE when a link stands in the last place, ERR_FILE_NOT_WRITABLE.
 */
export const ensureDirectory = async (path: string, mode: number): Promise<void> => {
  const directory = resolve(path)
  try {
    if (await isDirectory(directory, lstat)) return
    await ensureParent(dirname(directory))
    await create(directory, mode)
  } catch (error) {
    throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot create the directory ${path}`, error)
  }
}

/** Links among the parents are the administrator's own (/var/run). */
const ensureParent = async (directory: string): Promise<void> => {
  if (await isDirectory(directory, stat)) return
  await ensureParent(dirname(directory))
  await create(directory, PARENT_MODE)
}

const create = async (directory: string, mode: number): Promise<void> => {
  try {
    await mkdir(directory, mode)
  } catch (error) {
    // Another process was faster.
    if (reasonOf(error) === 'EEXIST' && (await isDirectory(directory, lstat))) return
    throw error
  }
  await chmod(directory, mode)
  await syncDirectoriesOf([directory])
}

const isDirectory = async (
  path: string,
  status: (path: string) => Promise<Stats>,
): Promise<boolean> => {
  const stats = await status(path).catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return undefined
    throw error
  })
  if (stats === undefined || stats.isDirectory()) return stats !== undefined
  throw stats.isSymbolicLink()
    ? new EasycertsError('ERR_FILE_UNSAFE', `${path} is a symbolic link`)
    : new EasycertsError('ERR_FILE_NOT_WRITABLE', `${path} is not a directory`)
}
