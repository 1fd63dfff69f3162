import { failureFields, type LogFields } from '@easycerts/adapters/log'
import { describeDuration } from '@easycerts/shared/time'
import { afterFailure } from '../plan/index.ts'
import type { CertmgrContext, Memory } from './certmgr-context.ts'
import { addOne } from './tally.ts'

/** Milliseconds of life left; Infinity for what has no end of its own. */
export const remainingOf = (
  certificate: { readonly validity: { readonly notAfter: Date } } | undefined,
  now: Date,
): number =>
  certificate ? certificate.validity.notAfter.getTime() - now.getTime() : Number.POSITIVE_INFINITY

export interface RecordedFailure {
  readonly error: unknown
  /** Milliseconds until it hurts. */
  readonly remaining: number
  /** It has been logged already, under another name. */
  readonly isShared?: boolean
}

/** Remembers and logs a failure. One that our own end has caused is none. */
export const recordFailure = (
  { clock, log, signal }: CertmgrContext,
  memory: Memory,
  name: string,
  { error, remaining, isShared = false }: RecordedFailure,
): void => {
  if (signal.aborted) return
  const now = clock()
  const attempts = afterFailure(memory.attempts.get(name), error, { now, remaining })
  memory.attempts.set(name, attempts)
  addOne(memory.tally.failed, `${name} ${attempts.lastFailure.code}`)
  if (isShared) return
  log.error('failed', {
    name,
    ...failureFields(error),
    failures: attempts.failures,
    retry: describeDuration(attempts.nextAttemptAt.getTime() - now.getTime()),
  })
}

export const recordSuccess = (
  { log }: CertmgrContext,
  memory: Memory,
  name: string,
  event?: { readonly message: string; readonly fields: LogFields },
): void => {
  memory.attempts.delete(name)
  if (!event) return
  addOne(memory.tally.renewed, name)
  log.info(event.message, { name, ...event.fields })
}
