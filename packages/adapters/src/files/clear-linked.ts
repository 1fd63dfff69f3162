import { rm, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { entriesOf } from './discard-temporary-files.ts'
import {
  currentGenerationOf,
  currentLinkOf,
  isGenerationName,
  isOurLink,
  type LinkedSite,
} from './linked-names.ts'
import { syncDirectory } from './sync-directory.ts'

/** What of a site stays, beside the generation that is published. */
export interface KeptOfSite {
  /** A generation that a reader may be in the middle of. */
  readonly alsoKept?: string | undefined
  /** Names of the set's files; links of others lead nowhere. Undefined: all links stay. */
  readonly files?: readonly string[]
}

/** Removes the generations that nobody refers to, and links to what no generation holds any more. */
export const clearLinked = async (site: LinkedSite, kept: KeptOfSite = {}): Promise<void> => {
  const { directory, name } = site
  const current = currentGenerationOf(site)
  for (const { name: entry } of await entriesOf(directory)) {
    const path = join(directory, entry)
    if (isGenerationName(name, entry)) {
      if (entry !== current && entry !== kept.alsoKept) await rm(path, { recursive: true })
    } else if (kept.files && !kept.files.includes(basename(path)) && isOurLink(path, name)) {
      await unlink(path)
    }
  }
}

/** Removes a site that no file is reached through any more. */
export const removeSite = async (site: LinkedSite): Promise<void> => {
  await rm(currentLinkOf(site), { force: true })
  await syncDirectory(site.directory)
  await clearLinked(site)
}
