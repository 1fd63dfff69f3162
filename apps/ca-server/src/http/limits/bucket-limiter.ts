import { createHmac, randomBytes } from 'node:crypto'
import { EasycertsError } from '@easycerts/shared/errors'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

const BUCKETS = 1 << 16
const WINDOW_SECONDS = 60

/**
 * Counts by key and minute. Keys share 65,536 buckets by a secret hash, so that no spray of made-up
 * addresses or tickets takes memory, and nobody can aim at another's bucket.
 */
export interface BucketLimiter {
  /** ERR_RATE_LIMITED with the time to wait, once the key has used up its minute. */
  readonly take: (key: string) => Promise<void>
}

/** `what` is limited, for the message: 'requests of this address'. */
export const createBucketLimiter = (what: string, perMinute: number): BucketLimiter => {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: WINDOW_SECONDS })
  const secret = randomBytes(16)
  const bucketOf = (key: string): string =>
    String(createHmac('sha256', secret).update(key).digest().readUInt32BE(0) % BUCKETS)
  const refusal = (wait: number): EasycertsError =>
    new EasycertsError('ERR_RATE_LIMITED', `too many ${what}`, { retryAfter: Math.max(wait, 1000) })
  return {
    take: async (key) => {
      try {
        await limiter.consume(bucketOf(key))
      } catch (error) {
        throw error instanceof RateLimiterRes ? refusal(error.msBeforeNext) : error
      }
    },
  }
}
