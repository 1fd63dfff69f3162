import { lstat, rename, symlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { isOurLink, type LinkedSite, linkTextOf } from './linked-names.ts'
import { discardTemporary } from './stage-file.ts'
import { syncDirectory } from './sync-directory.ts'
import { temporaryPathFor } from './temporary-name.ts'

/** Puts a link at `path` in one step, whatever file or link stands there, and syncs nothing. */
export const replaceByLink = async (path: string, text: string): Promise<void> => {
  const temp = temporaryPathFor(path)
  await symlink(text, temp)
  try {
    await rename(temp, path)
  } catch (error) {
    await discardTemporary(temp)
    throw error
  }
}

/** Durable links to what the current generation holds, where there is none yet. */
export const linkFiles = async (
  { directory, name }: LinkedSite,
  paths: readonly string[],
): Promise<void> => {
  // The link that these go through, first.
  await syncDirectory(directory)
  const missing = paths.filter((path) => !isOurLink(path, name))
  for (const path of missing) await replaceByLink(path, linkTextOf(name, basename(path)))
  if (missing.length > 0) await syncDirectory(directory)
}

/** Those of the paths at which a regular file stands. ERR_FILE_UNSAFE for what is neither that nor our link. */
export const regularFilesAmong = async (
  { name }: LinkedSite,
  paths: readonly string[],
): Promise<string[]> => {
  const regular: string[] = []
  for (const path of paths) {
    if (isOurLink(path, name)) continue
    const stats = await lstat(path).catch((error: unknown) => {
      if (reasonOf(error) === 'ENOENT') return undefined
      throw error
    })
    if (stats === undefined) continue
    if (!stats.isFile()) {
      const kind = stats.isSymbolicLink() ? 'a symbolic link' : 'not a regular file'
      throw new EasycertsError('ERR_FILE_UNSAFE', `${path} is ${kind}`)
    }
    regular.push(path)
  }
  return regular
}
