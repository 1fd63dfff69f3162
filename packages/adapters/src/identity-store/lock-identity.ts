import { join } from 'node:path'
import type { Clock } from '@easycerts/shared/time'
import { ensureDirectory } from '../files/index.ts'
import { acquireProcessLock, findLockHolder, type ProcessLock } from '../process/index.ts'

const pathIn = (directory: string): string => join(directory, 'lock')

/**
 * An identity is used by one process at a time: two that renew it would look like a theft.
 * ERR_SERVER_RUNNING names the process that has it.
 */
export const lockIdentity = async (directory: string, clock: Clock): Promise<ProcessLock> => {
  await ensureDirectory(directory, 0o700)
  return acquireProcessLock(pathIn(directory), clock)
}

/** The process that has the identity now, if there is one. */
export const findIdentityHolder = (
  directory: string,
): { readonly pid: number; readonly since: string } | undefined => findLockHolder(pathIn(directory))
