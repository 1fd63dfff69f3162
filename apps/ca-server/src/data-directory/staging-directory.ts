import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { targetOfTemporary } from '@easycerts/adapters/files'
import { acquireProcessLock, findLockHolder } from '@easycerts/adapters/process'
import type { Clock } from '@easycerts/shared/time'

/** A directory beside the one that it will become, which belongs to one process for as long as that lives. */
export interface StagingDirectory {
  readonly path: string
  readonly release: () => Promise<void>
}

const lockOf = (staging: string): string => `${staging}.lock`
const withoutLock = (name: string): string => name.replace(/\.lock$/, '')

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
  const names = await readdir(parent)
  for (const name of names) {
    // A run killed as it wrote its lock; one that still lives finds this out and writes another.
    const target = targetOfTemporary(name)
    if (target !== undefined && isOurs(withoutLock(target)))
      await rm(join(parent, name), { force: true })
  }
  for (const name of new Set(names.map(withoutLock).filter(isOurs))) {
    const path = join(parent, name)
    if (findLockHolder(lockOf(path)) !== undefined) continue
    await rm(path, { recursive: true, force: true })
    await rm(lockOf(path), { force: true })
  }
}
