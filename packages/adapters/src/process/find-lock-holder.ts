import { readTextFileIfAny } from '../files/index.ts'
import { type LockHolder, parseLock } from './lock-holder.ts'
import { isProcessAlive } from './process-identity.ts'

/** Who holds a lock now, without touching it. ERR_FILE_UNSAFE for a file that is no lock. */
export const findLockHolder = (path: string): Pick<LockHolder, 'pid' | 'since'> | undefined => {
  const text = readTextFileIfAny(path)
  const holder = text === undefined ? undefined : parseLock(path, text)
  return holder && isProcessAlive(holder) ? holder : undefined
}
