import { EasycertsError } from '@easycerts/shared/errors'
import { hours } from '@easycerts/shared/time'

export interface IssuanceBounds {
  readonly certificatesPerHour: number
  /** So many together, after a time without. */
  readonly certificatesAtOnce: number
}

/** ERR_RATE_LIMITED with the time until the next certificate, for a node that has had its share. */
export type IssuanceLimiter = (node: string) => void

/** Below it a sweep is not worth its time. */
const SWEEP_FROM = 1024

/**
 * An exact account for each node (the generic cell rate algorithm): a bucket of certificates that
 * refills evenly. Only names of the records come here, and an account that is full again is
 * forgotten, so memory follows the nodes that are active. `monotonic` in milliseconds.
 */
export const createIssuanceLimiter = (
  { certificatesPerHour, certificatesAtOnce }: IssuanceBounds,
  monotonic: () => number,
): IssuanceLimiter => {
  const interval = hours(1) / certificatesPerHour
  const tolerance = interval * (certificatesAtOnce - 1)
  /** When the bucket of a node will be full again. */
  const fullAt = new Map<string, number>()
  let sweepAt = SWEEP_FROM
  const sweep = (now: number): void => {
    for (const [node, at] of fullAt) if (at <= now) fullAt.delete(node)
    sweepAt = Math.max(SWEEP_FROM, 2 * fullAt.size)
  }
  return (node) => {
    const now = monotonic()
    const begin = Math.max(fullAt.get(node) ?? 0, now)
    const wait = begin - tolerance - now
    if (wait > 0)
      throw new EasycertsError('ERR_RATE_LIMITED', `too many certificates for node ${node}`, {
        retryAfter: Math.max(wait, 1000),
        rule: 'issuance-rate',
      })
    fullAt.set(node, begin + interval)
    if (fullAt.size > sweepAt) sweep(now)
  }
}
