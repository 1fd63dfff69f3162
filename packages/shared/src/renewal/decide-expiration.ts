import { addDuration, type Duration } from '../time/index.ts'
import type { Validity } from '../x509/index.ts'

/** near: little of its life is left, and nobody has replaced it. */
export type Expiration = 'ok' | 'near' | 'expired'

// Renewal is due at half to two thirds of a life: what is left with a quarter should have been renewed.
const LAST_PART = 4

/**
 * Whether somebody should look at a certificate. `within` is for those that live for years; of a
 * shorter life it is the last quarter that alarms.
 */
export const decideExpiration = (
  { notBefore, notAfter }: Validity,
  now: Date,
  within: Duration,
): Expiration => {
  const left = notAfter.getTime() - now.getTime()
  if (left < 0) return 'expired'
  const life = notAfter.getTime() - notBefore.getTime()
  return left < Math.min(within, life / LAST_PART) ? 'near' : 'ok'
}

/** A backup may be missed once. Undefined where none is made by itself. */
export const oldestBackupAllowed = (now: Date, every: Duration | undefined): Date | undefined =>
  every === undefined ? undefined : addDuration(now, -2 * every)
