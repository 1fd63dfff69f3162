import { basename, join } from 'node:path'
import { EasycertsError } from '@easycerts/shared/errors'
import { adoptFiles } from './adopt-files.ts'
import { clearLinked } from './clear-linked.ts'
import type { FileWrite } from './file-spec.ts'
import {
  currentGenerationOf,
  currentLinkOf,
  isOurLink,
  type LinkedSite,
  linkTextOf,
} from './linked-names.ts'
import type { OwnerIds } from './owner-ids.ts'
import { linkFiles, replaceByLink } from './replace-by-link.ts'
import { sameAsOnDisk } from './same-as-on-disk.ts'
import { stageGeneration } from './stage-generation.ts'
import { notWritable } from './stage-file.ts'
import { writeFileDurably } from './write-file-durably.ts'

export interface LinkedPublication extends LinkedSite {
  /** All files of the set, in the directory of the site, which nobody but us may write. */
  readonly files: readonly FileWrite[]
  readonly ids: OwnerIds
}

/**
 * Replaces a set of files by one rename of one link. A crash leaves the old set or the new one, and
 * perhaps a generation that nobody refers to, which the next call or `clearLinked` removes. Files that
 * stand there become links first, with the octets that they have. ERR_FILE_NOT_WRITABLE,
 * ERR_FILE_UNSAFE, ERR_USER_UNKNOWN.
 */
export const publishLinked = async (publication: LinkedPublication): Promise<void> => {
  const { directory, name, files } = publication
  const site = { directory, name }
  const paths = files.map(({ path }) => path)
  try {
    await adoptFiles(site, paths)
    const before = currentGenerationOf(site)
    if (before !== undefined && isPublished(publication, before)) return
    const generation = await stageGeneration(site, (staged) => write(publication, staged))
    await replaceByLink(currentLinkOf(site), generation)
    await linkFiles(site, paths)
    await clearLinked(site, { files: paths.map((path) => basename(path)), alsoKept: before })
  } catch (error) {
    throw notWritable(join(directory, linkTextOf(name, '')), error)
  }
}

const isPublished = (
  { directory, name, files, ids }: LinkedPublication,
  generation: string,
): boolean =>
  files.every(
    (file) =>
      isOurLink(file.path, name) &&
      sameAsOnDisk({ ...file, path: join(directory, generation, basename(file.path)) }, ids),
  )

/** Every file in its place, and read back. */
const write = async ({ files, ids }: LinkedPublication, staged: string): Promise<void> => {
  for (const file of files) {
    const copy = { ...file, path: join(staged, basename(file.path)) }
    await writeFileDurably(copy, { ids })
    if (!sameAsOnDisk(copy, ids))
      throw new EasycertsError('ERR_FILE_NOT_WRITABLE', `${file.path} is not what was written`)
  }
}
