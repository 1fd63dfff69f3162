import { parseJson } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { isCredentials } from './credentials.ts'
import type { ProcessIdentity } from './process-identity.ts'

export interface LockHolder extends ProcessIdentity {
  /** ISO 8601, for people: nothing is decided by it. */
  readonly since: string
  /** No two locks have the same content, even of one process. */
  readonly nonce: string
}

export const formatLock = (holder: LockHolder): string => `${JSON.stringify(holder, null, 2)}\n`

/** ERR_FILE_UNSAFE for anything that is not a lock: it may be a user's file, so it stays. */
export const parseLock = (path: string, text: string): LockHolder => {
  const value = parseJson(text)
  if (isHolder(value)) return value
  throw new EasycertsError('ERR_FILE_UNSAFE', `${path} is not a lock of easycerts`, {
    hint: 'remove it if no other process uses this directory',
  })
}

const isHolder = (value: unknown): value is LockHolder => {
  if (typeof value !== 'object' || value === null) return false
  const { pid, startTime, bootId, since, nonce, credentials } = value as Record<string, unknown>
  return (
    Number.isSafeInteger(pid) &&
    (pid as number) > 0 &&
    [startTime, bootId, since, nonce].every((field) => typeof field === 'string') &&
    (credentials === undefined || isCredentials(credentials))
  )
}
