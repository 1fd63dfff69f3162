import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { acquireProcessLock, findLockHolder } from '@easycerts/adapters/process'
import type { Clock } from '@easycerts/shared/time'

/** A directory beside the one that it will become, which belongs to one process for as long as that lives. */
export interface StagingDirectory {
  readonly path: string
  readonly release: () => Promise<void>
}

const lockOf = (staging: string): string => `${staging}.lock`

/**
 * Makes `.<name>.<by>-<random>` with mode 0700. The lock is there before the directory and outlives
 * it, so that a directory without a living holder is one that a kill left behind.
 */
export const openStaging = async (
  directory: string,
  by: string,
  { random, clock }: { readonly random: (octets: number) => Buffer; readonly clock: Clock },
): Promise<StagingDirectory> => {
  const name = `.${basename(directory)}.${by}-${random(6).toString('hex')}`
  const path = join(dirname(directory), name)
  const lock = await acquireProcessLock(lockOf(path), clock)
  await mkdir(path, { mode: 0o700 })
  return { path, release: lock.release }
}

/** Removes what killed runs left: private keys among it, which nobody would look for there. */
export const removeAbandoned = async (directory: string): Promise<void> => {
  const parent = dirname(directory)
  const isOurs = (name: string): boolean => {
    const prefix = `.${basename(directory)}.`
    return (
      name.startsWith(prefix) && /^(init|restore)-[0-9a-f]{12}$/.test(name.slice(prefix.length))
    )
  }
  const found = (await readdir(parent)).map((name) => name.replace(/\.lock$/, '')).filter(isOurs)
  for (const name of new Set(found)) {
    const path = join(parent, name)
    if (findLockHolder(lockOf(path)) !== undefined) continue
    await rm(path, { recursive: true, force: true })
    await rm(lockOf(path), { force: true })
  }
}
