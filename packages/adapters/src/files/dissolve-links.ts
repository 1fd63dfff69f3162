import { link, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { clearLinked, removeSite } from './clear-linked.ts'
import { entriesOf } from './discard-temporary-files.ts'
import { currentGenerationOf, isOurLink, type LinkedSite, standingPath } from './linked-names.ts'
import { discardTemporary, notWritable } from './stage-file.ts'
import { syncDirectory } from './sync-directory.ts'
import { temporaryPathFor } from './temporary-name.ts'

/**
 * Makes regular files of the links of a set: the very same files, by their own names again. Each path
 * names the same octets before, after, and wherever a crash comes in between. ERR_FILE_NOT_WRITABLE.
 */
export const dissolveLinks = async (site: LinkedSite): Promise<void> => {
  if (currentGenerationOf(site) === undefined) return clearLinked(site)
  const { directory, name } = site
  for (const { name: file } of await entriesOf(directory)) {
    const path = join(directory, file)
    if (isOurLink(path, name)) await replaceByFile(path, standingPath(path, name))
  }
  await syncDirectory(directory)
  await removeSite(site)
}

const replaceByFile = async (path: string, standing: string): Promise<void> => {
  const temp = temporaryPathFor(path)
  try {
    await link(standing, temp)
    await rename(temp, path)
  } catch (error) {
    await discardTemporary(temp)
    throw notWritable(path, error)
  }
}
