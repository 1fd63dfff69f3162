import type { Duration } from '@easycerts/shared/time'

export interface Stop {
  readonly stop: () => void
  readonly isStopped: () => boolean
  /** Resolves after a while, or at once when stopped. */
  readonly sleep: (duration: Duration) => Promise<void>
}

/** A switch that is thrown once and wakes whoever sleeps. */
export const createStop = (): Stop => {
  const controller = new AbortController()
  const { signal } = controller
  return {
    stop: () => controller.abort(),
    isStopped: () => signal.aborted,
    sleep: (duration) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        const timer = setTimeout(done, signal.aborted ? 0 : duration)
        signal.addEventListener('abort', done, { once: true })
      }),
  }
}
