import { type Duration, minutes, seconds } from '../time/index.ts'

/** Waits between attempts that failed; the last one repeats for ever: renewal never gives up. */
export const RETRY_WAITS: readonly Duration[] = [
  seconds(1),
  seconds(2),
  seconds(5),
  seconds(15),
  seconds(30),
  minutes(1),
  minutes(2),
  minutes(5),
  minutes(10),
]

/** No certificate waits longer than this share of the life it has left. */
const MAX_SHARE_OF_REMAINING = 1 / 8

/** The longest wait there is: no server is obeyed that asks for more. */
export const LONGEST_RETRY_WAIT = minutes(10)

/**
 * The wait after `failures` failures in a row (1 or more), given the life left, in milliseconds. A
 * server that is overloaded may ask for a longer one.
 */
export const retryWait = (failures: number, remaining: number, retryAfter = 0): Duration => {
  const listed = RETRY_WAITS[Math.min(failures, RETRY_WAITS.length) - 1] ?? LONGEST_RETRY_WAIT
  const bound = Math.max(remaining * MAX_SHARE_OF_REMAINING, seconds(1))
  const own = Math.min(listed, remaining > 0 ? bound : listed)
  return Math.max(own, Math.min(retryAfter, LONGEST_RETRY_WAIT)) as Duration
}
