import * as v from 'valibot'
import type { Duration } from '../time/index.ts'
import { durationOfNanoseconds, parseGoDuration } from './go-duration.ts'
import { parsedText } from './parsed-text.ts'

/** A shorter one is a number whose unit was forgotten. */
const SHORTEST_NUMBER = 1e9

const text = parsedText((written) => {
  try {
    return parseGoDuration(written)
  } catch {
    return undefined
  }
}, 'is not a duration of Go (write 72h, 1h30m, 90s; there are no days)')

/** Go counts in nanoseconds. */
const number = v.pipe(
  v.number(),
  v.integer('is not a duration (write 72h, 30m, 90s)'),
  v.check(
    (count) => count === 0 || (count >= SHORTEST_NUMBER && Number.isSafeInteger(count)),
    'is a number of nanoseconds to the old certmgr: write a unit (72h, 30m, 90s)',
  ),
  v.transform(durationOfNanoseconds),
)

/** As Go writes it, or a number of nanoseconds; a number without a unit that is too small to be meant is a fault. */
export const legacyDuration: v.GenericSchema<unknown, Duration> = v.lazy((input) =>
  typeof input === 'number' ? number : text,
)

/** For what would run for ever at once. */
export const positiveDuration: v.GenericSchema<unknown, Duration> = v.pipe(
  legacyDuration,
  v.check((duration) => duration > 0, 'is not longer than nothing'),
)
