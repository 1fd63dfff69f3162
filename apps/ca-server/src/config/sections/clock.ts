import {
  type ClockLimits,
  DEFAULT_CLOCK_LIMITS,
  type Duration,
  formatDuration,
  minutes,
  parseDuration,
} from '@easycerts/shared/time'
import * as v from 'valibot'
import { checkedBy } from '@easycerts/shared/config'

/** Less, and an ordinary correction or a pause of the machine would hold issuance. */
const LEAST = minutes(1)

const parseLimit = (text: string): Duration => {
  const duration = parseDuration(text)
  if (duration < LEAST) throw new RangeError('too short')
  return duration
}

const limit = (fallback: Duration) =>
  v.optional(
    v.pipe(
      checkedBy(parseLimit, 'is not a duration of at least 1m, such as 6h'),
      v.transform(parseLimit),
    ),
    formatDuration(fallback),
  )

/** When the CA stops to believe the clock of its host. */
export const clockSection = v.strictObject({
  maxForwardJump: limit(DEFAULT_CLOCK_LIMITS.maxForwardJump),
  maxAbsence: limit(DEFAULT_CLOCK_LIMITS.maxAbsence),
})

export const clockLimitsOf = (section: v.InferOutput<typeof clockSection>): ClockLimits => ({
  ...DEFAULT_CLOCK_LIMITS,
  ...section,
})
