import { type Duration, days, formatDuration, parseDuration } from '@easycerts/shared/time'
import * as v from 'valibot'
import type { AbsenceBounds } from '../../authority/index.ts'
import { checkedBy } from '@easycerts/shared/config'

const OFF = 'off'
/** An identity that nobody has used for longer is nobody's any more. */
const LONGEST = days(365)

const parseBound = (text: string): Duration | null => {
  if (text === OFF) return null
  const bound = parseDuration(text)
  if (bound <= 0 || bound > LONGEST) throw new RangeError('out of bounds')
  return bound
}

const bound = (fallback: string) =>
  v.optional(
    checkedBy(parseBound, 'is neither "off" nor a duration up to 365d, such as 30d'),
    fallback,
  )

/** For how long after its identity has expired a node may come back with it. */
export const absenceSection = v.strictObject({
  workers: bound(formatDuration(days(30))),
  masters: bound(OFF),
})

export const absenceBoundsOf = ({
  workers,
  masters,
}: v.InferOutput<typeof absenceSection>): AbsenceBounds => ({
  worker: parseBound(workers),
  master: parseBound(masters),
})
