import { randomUUID } from 'node:crypto'
import { link, rename, rm } from 'node:fs/promises'
import { pid } from 'node:process'
import { EasycertsError, reasonOf, wrapError } from '@easycerts/shared/errors'
import type { Clock } from '@easycerts/shared/time'
import { readTextFileIfAny, removeFileDurably, stageFile } from '../files/index.ts'
import { identifyProcess, isProcessAlive } from './process-identity.ts'
import { formatLock, type LockHolder, parseLock } from './lock-holder.ts'

export interface ProcessLock {
  /** Does nothing the second time. */
  readonly release: () => Promise<void>
}

/** More turns than this means that locks come and go faster than we can look. */
const MOST_ATTEMPTS = 20

/**
 * Takes a lock that nobody has to clean up: a holder that was killed, or lived before the last
 * boot, has lost it. ERR_SERVER_RUNNING names the holder; ERR_FILE_UNSAFE for a file that is no
 * lock; ERR_FILE_NOT_WRITABLE. All processes must share one PID namespace.
 */
export const acquireProcessLock = async (path: string, clock: Clock): Promise<ProcessLock> => {
  const holder = { ...identifyProcess(pid), since: clock().toISOString(), nonce: randomUUID() }
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    if (await tryToTake(path, holder, clock)) return { release: () => release(path, holder) }
  }
  throw new EasycertsError('ERR_SERVER_RUNNING', `${path} is fought over by several processes`)
}

/** False when the lock changed under our hands and it is worth looking again. */
const tryToTake = async (path: string, holder: LockHolder, clock: Clock): Promise<boolean> => {
  const current = readTextFileIfAny(path)
  if (current === undefined) return await create(path, holder)
  const other = parseLock(path, current)
  if (isProcessAlive(other)) throw running(path, other)
  return await takeOver(path, current, { holder, clock })
}

/** link(2) makes the file appear with its content, and only where there is none. */
const create = async (path: string, holder: LockHolder): Promise<boolean> => {
  const temp = await stageFile({ path, content: formatLock(holder), mode: 0o600 })
  try {
    await link(temp, path)
    return true
  } catch (error) {
    // ENOENT: the holder, who recovers at its start, took our temporary file for a dead one's.
    if (['EEXIST', 'ENOENT'].includes(reasonOf(error))) return false
    throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot write ${path}`, error)
  } finally {
    await rm(temp, { force: true })
  }
}

/**
 * A dead holder's file is replaced only by the holder of a second lock, who looks again: else the
 * slower of two could throw out the faster one's fresh lock. That lock is taken over in the same
 * way if its holder dies.
 */
const takeOver = async (
  path: string,
  stale: string,
  { holder, clock }: { holder: LockHolder; clock: Clock },
): Promise<boolean> => {
  const guard = await acquireProcessLock(`${path}.takeover`, clock)
  try {
    if (readTextFileIfAny(path) !== stale) return false
    const temp = await stageFile({ path, content: formatLock(holder), mode: 0o600 })
    await rename(temp, path)
    return true
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return false
    throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot write ${path}`, error)
  } finally {
    await guard.release()
  }
}

const release = async (path: string, holder: LockHolder): Promise<void> => {
  if (readTextFileIfAny(path) === formatLock(holder)) await removeFileDurably(path)
}

const running = (path: string, { pid: other, since }: LockHolder): EasycertsError =>
  new EasycertsError('ERR_SERVER_RUNNING', `process ${other} holds ${path} since ${since}`)
