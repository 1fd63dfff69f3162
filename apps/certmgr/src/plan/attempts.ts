import { isEasycertsError } from '@easycerts/shared/errors'
import { LONGEST_RETRY_WAIT, retryWait } from '@easycerts/shared/renewal'
import { addDuration } from '@easycerts/shared/time'

/** Why something failed, as status shows it. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly at: Date
}

/** Failures in a row of one thing, and when it is tried again. Absent: it works. */
export interface Attempts {
  readonly failures: number
  readonly nextAttemptAt: Date
  readonly lastFailure: Failure
}

/** By what failed: the name of a spec, 'ca' or 'identity'. */
export type AttemptBook = ReadonlyMap<string, Attempts>

export const failureOf = (error: unknown, at: Date): Failure =>
  isEasycertsError(error)
    ? { code: error.code, message: error.message, hint: error.hint, at }
    : { code: 'ERR_INTERNAL', message: 'internal error', hint: 'see the log', at }

const retryAfterOf = (error: unknown): number | undefined =>
  isEasycertsError(error) ? error.retryAfter : undefined

/** `remaining`: milliseconds until it hurts; Infinity if nothing ends by itself. */
export const afterFailure = (
  before: Attempts | undefined,
  error: unknown,
  { now, remaining }: { readonly now: Date; readonly remaining: number },
): Attempts => {
  const failures = (before?.failures ?? 0) + 1
  return {
    failures,
    nextAttemptAt: addDuration(now, retryWait(failures, remaining, retryAfterOf(error))),
    lastFailure: failureOf(error, now),
  }
}

/**
 * Until when it is left alone; undefined if it may be tried now. What lies further ahead than any
 * wait of ours was written while the clock was ahead, and waiting for it could outlast a certificate.
 */
export const waitsUntil = (attempts: Attempts | undefined, now: Date): Date | undefined =>
  attempts && isAhead(attempts.nextAttemptAt, now) ? attempts.nextAttemptAt : undefined

/** Later than now, and no later than somebody may have meant by this clock. */
export const isAhead = (instant: Date, now: Date): boolean =>
  instant > now && instant <= addDuration(now, LONGEST_RETRY_WAIT)

/** An operator who asks does not want to wait for the table of retries. */
export const withoutWaiting = (book: AttemptBook, now: Date): Map<string, Attempts> =>
  new Map([...book].map(([name, attempts]) => [name, { ...attempts, nextAttemptAt: now }]))
