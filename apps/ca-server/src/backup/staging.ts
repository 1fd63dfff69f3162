import { chmod, lstat, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { ensureDirectory, syncDirectory } from '@easycerts/adapters/files'
import { acquireProcessLock } from '@easycerts/adapters/process'
import { EasycertsError, wrapError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'

const STAGING = '.easycerts-backup'
const LOCK = 'lock'
const WORK = 'work'

/**
 * Makes a file in a directory of its own beside it and moves it into place by one rename. One
 * process at a time does so in a directory, and clears what a killed one left.
 * ERR_SERVER_RUNNING, ERR_FILE_NOT_WRITABLE, ERR_FILE_UNSAFE.
 */
export const stageBeside = async <Result>(
  out: string,
  clock: Clock,
  work: (staging: string) => Promise<{ readonly path: string; readonly result: Result }>,
): Promise<Result> => {
  const staging = join(dirname(out), STAGING)
  await ensureDirectory(staging, 0o700)
  await requireOwn(staging)
  const lock = await acquireProcessLock(join(staging, LOCK), clock).catch(
    async (error: unknown) => {
      // The disk is full; while another one works here it is not empty.
      await rmdir(staging).catch(() => undefined)
      throw error
    },
  )
  try {
    await clear(staging)
    await mkdir(join(staging, WORK), { mode: 0o700 })
    const { path, result } = await work(join(staging, WORK))
    await rename(path, out)
    await syncDirectory(dirname(out))
    return result
  } catch (error) {
    throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot write ${out}`, error)
  } finally {
    await clear(staging).catch(() => undefined)
    await lock.release()
    // Another one may have begun, and then it is not empty.
    await rmdir(staging).catch(() => undefined)
  }
}

/** In a directory that others may write to, such as /tmp, somebody may have made it before us. */
const requireOwn = async (staging: string): Promise<void> => {
  if ((await lstat(staging)).uid !== userInfo().uid)
    throw new EasycertsError('ERR_FILE_UNSAFE', `${staging} belongs to another user`)
  await chmod(staging, 0o700)
}

/** Also a lock that a killed process was about to take. */
const clear = async (staging: string): Promise<void> => {
  for (const name of await readdir(staging))
    if (name !== LOCK) await rm(join(staging, name), { recursive: true, force: true })
}
