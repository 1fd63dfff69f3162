import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ensureDirectory, syncDirectory } from '@easycerts/adapters/files'
import { acquireProcessLock } from '@easycerts/adapters/process'
import { wrapError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'

const STAGING = '.easycerts-backup'
const LOCK = '.easycerts-backup.lock'

/**
 * Makes a file in a directory of its own beside it and moves it into place by one rename. One
 * process at a time does so in a directory, and clears what a killed one left.
 * ERR_SERVER_RUNNING, ERR_FILE_NOT_WRITABLE.
 */
export const stageBeside = async <Result>(
  out: string,
  clock: Clock,
  work: (staging: string) => Promise<{ readonly path: string; readonly result: Result }>,
): Promise<Result> => {
  const directory = dirname(out)
  await ensureDirectory(directory, 0o700)
  const lock = await acquireProcessLock(join(directory, LOCK), clock)
  const staging = join(directory, STAGING)
  const clear = () => rm(staging, { recursive: true, force: true })
  try {
    await clear()
    await mkdir(staging, { mode: 0o700 })
    const { path, result } = await work(staging)
    await rename(path, out)
    await syncDirectory(directory)
    return result
  } catch (error) {
    throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot write ${out}`, error)
  } finally {
    await clear().catch(() => undefined)
    await lock.release()
  }
}
