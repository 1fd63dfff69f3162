import { link, lstat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { currentLinkOf, type LinkedSite, standingPath } from './linked-names.ts'
import { linkFiles, regularFilesAmong, replaceByLink } from './replace-by-link.ts'
import { stageGeneration } from './stage-generation.ts'

/**
 * Makes links of the regular files at these paths: the very same files, by a second name in a
 * generation. Each path names the same octets before, after, and wherever a crash comes in between.
 */
export const adoptFiles = async (site: LinkedSite, paths: readonly string[]): Promise<void> => {
  if ((await regularFilesAmong(site, paths)).length === 0) return
  const present: string[] = []
  const generation = await stageGeneration(site, async (staged) => {
    for (const path of paths) {
      const standing = standingPath(path, site.name)
      if (!(await isRegularFile(standing))) continue
      await link(standing, join(staged, basename(path)))
      present.push(path)
    }
  })
  await replaceByLink(currentLinkOf(site), generation)
  await linkFiles(site, present)
}

const isRegularFile = async (path: string): Promise<boolean> =>
  await lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  )
