import { EasycertsError } from '@easycerts/shared/errors'
import { describeDuration, type Duration } from '@easycerts/shared/time'

/** How long one stage may take, and what ends it earlier. */
export interface TimeLimit {
  readonly duration: Duration
  /** Ends the stage with the signal's own reason. */
  readonly signal: AbortSignal
  /** What did not happen in time: '… did not answer'. */
  readonly late: string
}

/**
 * Runs one stage; it ends at the limit whether the work heeds its signal or not.
 * ERR_CA_TIMEOUT, or the reason of the outer signal.
 */
export const withTimeLimit = async <Value>(
  { duration, signal, late }: TimeLimit,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> => {
  signal.throwIfAborted()
  const stage = new AbortController()
  const stop = (): void => stage.abort(signal.reason)
  const timer = setTimeout(() => stage.abort(tooLate(late, duration)), duration)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work(stage.signal), abortionOf(stage.signal)])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

const tooLate = (late: string, duration: Duration) =>
  new EasycertsError('ERR_CA_TIMEOUT', `${late} within ${describeDuration(duration)}`)

const abortionOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
