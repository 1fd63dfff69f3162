import { setTimeout as wait } from 'node:timers/promises'
import { isEasycertsError } from '@easycerts/shared/errors'

/**
 * Does it again whenever the CA says ERR_RATE_LIMITED, after the wait that it asks for; the signal
 * bounds it all. A master of many certificates is not to fail for having asked for them at once.
 */
export const patiently = async <Value>(
  signal: AbortSignal,
  work: () => Promise<Value>,
): Promise<Value> => {
  for (;;)
    try {
      return await work()
    } catch (error) {
      const pause =
        isEasycertsError(error) && error.code === 'ERR_RATE_LIMITED' ? error.retryAfter : undefined
      if (pause === undefined) throw error
      await wait(pause, undefined, { signal })
    }
}
