import { isAbsolute } from 'node:path'
import { type Duration, minutes, parseDuration } from '@easycerts/shared/time'
import * as v from 'valibot'
import { checkedBy } from '@easycerts/shared/config'

/** More often, and one backup would begin before the last has ended. */
const LEAST_INTERVAL = minutes(1)
const MAX_RECIPIENTS = 16

// The form alone: the checksum in it is verified where the line is used.
const recipient = v.pipe(
  v.string(),
  v.regex(/^age1[02-9ac-hj-np-z]{20,2500}$/, 'is not a recipient such as age1…'),
)

const parseInterval = (text: string): Duration => {
  const duration = parseDuration(text)
  if (duration < LEAST_INTERVAL) throw new RangeError('too short')
  return duration
}

const interval = v.pipe(
  checkedBy(parseInterval, 'is not a duration of at least 1m, such as 24h'),
  v.transform(parseInterval),
)

/** To whom backups are encrypted, and when the server makes one by itself. */
export const backupSection = v.pipe(
  v.strictObject({
    recipients: v.optional(v.pipe(v.array(recipient), v.maxLength(MAX_RECIPIENTS)), []),
    /** Where those go that the server makes by itself. */
    directory: v.optional(v.pipe(v.string(), v.check(isAbsolute, 'is not an absolute path'))),
    /** None is made by itself without it. */
    every: v.optional(interval),
    /** So many are kept in the directory; the oldest goes first. */
    keep: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)), 14),
    keys: v.optional(v.picklist(['included', 'left-out']), 'included'),
  }),
  v.check(
    ({ every, directory, recipients }) =>
      every === undefined || (directory !== undefined && recipients.length > 0),
    'needs a directory and recipients where "every" is given',
  ),
)

export type BackupSettings = v.InferOutput<typeof backupSection>
