import type { Clock } from '@easycerts/shared/time'

/** A wait that can be cut short. */
export interface Sleeper {
  /** Until an instant, or until somebody wakes us; at once if somebody already did. */
  readonly sleepUntil: (instant: Date) => Promise<void>
  readonly wake: () => void
}

export const createSleeper = (clock: Clock): Sleeper => {
  let isAwake = false
  let end: (() => void) | undefined
  return {
    sleepUntil: (instant) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => end?.(), instant.getTime() - clock().getTime())
        end = () => {
          clearTimeout(timer)
          end = undefined
          isAwake = false
          resolve()
        }
        if (isAwake) end()
      }),
    wake: () => {
      isAwake = true
      end?.()
    },
  }
}
