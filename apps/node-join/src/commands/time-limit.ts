import type { SignalSource, TerminationSignal } from '@easycerts/adapters/lifecycle'
import { EasycertsError } from '@easycerts/shared/errors'
import { describeDuration, type Duration } from '@easycerts/shared/time'

/** What may end a join before it is done. */
export interface JoinBounds {
  readonly timeout: Duration
  readonly signals: SignalSource
  /** What it is doing, for the message. */
  readonly doing: () => string
}

/**
 * Runs the work until it ends, the time is over, or somebody interrupts it; then it is left as a
 * kill would leave it, which the next run puts right. ERR_CA_TIMEOUT, ERR_ACTION_FAILED.
 */
export const runBounded = async <Value>(
  { timeout, signals, doing }: JoinBounds,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> => {
  const bound = new AbortController()
  const timer = setTimeout(() => bound.abort(overdue(timeout, doing())), timeout)
  const onSignal = (signal: TerminationSignal): void => bound.abort(interrupted(signal, doing()))
  signals.on('SIGINT', onSignal)
  signals.on('SIGTERM', onSignal)
  try {
    const ended = new Promise<never>((_resolve, reject) => {
      bound.signal.addEventListener('abort', () => reject(bound.signal.reason as Error))
    })
    return await Promise.race([work(bound.signal), ended])
  } finally {
    clearTimeout(timer)
    signals.off('SIGINT', onSignal)
    signals.off('SIGTERM', onSignal)
  }
}

const overdue = (timeout: Duration, step: string) =>
  new EasycertsError('ERR_CA_TIMEOUT', `not done within ${describeDuration(timeout)}: ${step}`, {
    hint: 'run it again with the same ticket or token, with a longer --timeout if need be',
  })

const interrupted = (signal: string, step: string) =>
  new EasycertsError('ERR_ACTION_FAILED', `${signal} ended the join: ${step}`, {
    hint: 'run it again with the same ticket or token to finish it',
  })
