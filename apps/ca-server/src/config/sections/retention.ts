import { days, type Duration, formatDuration, parseDuration } from '@easycerts/shared/time'
import * as v from 'valibot'
import { checkedBy } from '@easycerts/shared/config'

/** A shorter time would take away what is still looked at: revocation status, a return after absence. */
const LEAST = days(30)

const parsePeriod = (text: string): Duration => {
  const duration = parseDuration(text)
  if (duration < LEAST) throw new RangeError('too short')
  return duration
}

const period = (fallback: Duration) =>
  v.optional(
    v.pipe(
      checkedBy(parsePeriod, 'is not a duration of at least 30d, such as 90d'),
      v.transform(parsePeriod),
    ),
    formatDuration(fallback),
  )

/** How long what has ended stays among the live records; the archive and the log keep it for ever. */
export const retentionSection = v.strictObject({
  /** Counted from notAfter. */
  expiredCertificates: period(days(90)),
  /** Retired and superseded ones, counted from notAfter. */
  endedIdentities: period(days(90)),
  /** Counted from their expiry. */
  endedTickets: period(days(90)),
})

export type RetentionSettings = v.InferOutput<typeof retentionSection>
