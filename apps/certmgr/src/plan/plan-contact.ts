import { sha256 } from '@easycerts/shared/encoding'
import { addDuration, type Duration, minutes } from '@easycerts/shared/time'

/** A CA that says less is not asked more often. */
const SHORTEST = minutes(1)
/** How much of the wait is fixed; the rest is drawn, so that nodes started together drift apart. */
const FIXED_SHARE = 3 / 4

/**
 * When to ask the CA again that wants to be asked after `retryAfter` milliseconds: never later than
 * the check interval. `name` makes the draw this node's own.
 */
export const planContact = (
  name: string,
  {
    now,
    retryAfter,
    checkInterval,
  }: {
    readonly now: Date
    readonly retryAfter: number
    readonly checkInterval: Duration
  },
): Date => {
  const wait = Math.min(Math.max(retryAfter, SHORTEST), checkInterval)
  const draw = sha256(name, now.toISOString()).readUInt32BE(0) / 2 ** 32
  return addDuration(now, wait * (FIXED_SHARE + (1 - FIXED_SHARE) * draw))
}
