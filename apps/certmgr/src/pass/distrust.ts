import { isEasycertsError } from '@easycerts/shared/errors'
import type { Status } from '../state/index.ts'

const DISTRUST = new Set([
  'ERR_LOG_INCONSISTENT',
  'ERR_LOG_UNPROVEN',
  'ERR_LOG_MALFORMED',
  'ERR_TRUST_ROLLED_BACK',
  'ERR_TRUST_FORKED',
  'ERR_TRUST_UNPROVEN',
  'ERR_TRUST_MALFORMED',
])

/** The CA's log or its trust document is not what this node has seen: nothing of this CA is to be installed. */
export const isDistrust = (error: unknown): boolean =>
  isEasycertsError(error) && DISTRUST.has(error.code)

/** What becomes of the CA's state by a failure of this kind, since when. */
export const distrusted = (before: Status['ca'], now: Date): Status['ca'] => {
  const since = before.state === 'distrusted' ? before.since : now
  return { state: 'distrusted', ...(since ? { since } : {}) }
}
