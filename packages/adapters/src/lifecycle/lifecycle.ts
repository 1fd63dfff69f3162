import { isEasycertsError } from '@easycerts/shared/errors'
import type { Duration } from '@easycerts/shared/time'

export type TerminationSignal = 'SIGTERM' | 'SIGINT'

/** What is needed of `process`. */
export interface SignalSource {
  on(signal: TerminationSignal, listener: (signal: TerminationSignal) => void): unknown
  off(signal: TerminationSignal, listener: (signal: TerminationSignal) => void): unknown
}

export interface Termination {
  /** Ends the work in order: called once, with the first signal. */
  readonly stop: (signal: TerminationSignal) => Promise<void>
  /** How long `stop` may take. */
  readonly deadline: Duration
  /** Ends the process at once. */
  readonly exit: (code: number) => void
  /** Hears why `stop` failed, before `exit`. */
  readonly onError: (error: unknown) => void
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
/** What a shell shows for a process that the signal killed: 128 and its number. */
const KILLED_BY = { SIGTERM: 143, SIGINT: 130 } as const
const EX_SOFTWARE = 70
/** Ctrl-C under npm comes twice, from the terminal and from npm: that is one wish, not two. */
const REPEATED_WITHIN = 500

/**
 * The first signal stops the program gracefully and exits with 0, or with the code of the error of
 * `stop`; a second signal, or the deadline, exits at once. Returns what ends the watch.
 */
export const onTermination = (source: SignalSource, termination: Termination): (() => void) => {
  let isStopping = false
  let isRepeat = false
  const onSignal = (signal: TerminationSignal): void => {
    if (isStopping) {
      if (!isRepeat) termination.exit(KILLED_BY[signal])
      return
    }
    isStopping = true
    isRepeat = true
    setTimeout(() => (isRepeat = false), REPEATED_WITHIN).unref()
    void stopGracefully(signal, termination)
  }
  for (const signal of SIGNALS) source.on(signal, onSignal)
  return () => {
    for (const signal of SIGNALS) source.off(signal, onSignal)
  }
}

const stopGracefully = async (
  signal: TerminationSignal,
  { stop, deadline, exit, onError }: Termination,
): Promise<void> => {
  const timer = setTimeout(() => exit(KILLED_BY[signal]), deadline)
  try {
    await stop(signal)
    clearTimeout(timer)
    exit(0)
  } catch (error) {
    clearTimeout(timer)
    onError(error)
    exit(isEasycertsError(error) ? error.exitCode : EX_SOFTWARE)
  }
}
