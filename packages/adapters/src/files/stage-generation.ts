import { chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type LinkedSite, newGenerationName } from './linked-names.ts'
import { syncDirectory } from './sync-directory.ts'

/** Files have modes of their own; who may read one must come to it. */
const GENERATION_MODE = 0o755

/**
 * A new directory of files, closed until `fill` has put everything into it, then open and synced.
 * Returns its name; nothing is left behind when it fails.
 */
export const stageGeneration = async (
  { directory, name }: LinkedSite,
  fill: (staged: string) => Promise<void>,
): Promise<string> => {
  const generation = newGenerationName(name)
  const staged = join(directory, generation)
  await mkdir(staged, 0o700)
  try {
    await fill(staged)
    await chmod(staged, GENERATION_MODE)
    await syncDirectory(staged)
    await syncDirectory(directory)
    return generation
  } catch (error) {
    await rm(staged, { recursive: true, force: true }).catch(() => undefined)
    throw error
  }
}
