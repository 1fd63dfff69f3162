import { EasycertsError } from '@easycerts/shared/errors'
import {
  type Clock,
  type ClockDecision,
  type ClockLimits,
  type ClockReference,
  decideClock,
  describeDuration,
} from '@easycerts/shared/time'
import type { ClockRow } from './store/index.ts'

/** Compares the wall clock with what this process counted and with what the records believe. */
export interface ClockGuard {
  /** A good clock becomes what the next look is compared with. */
  look(row: ClockRow | undefined): ClockDecision
  /** Takes the wall clock as it is now for right. */
  believe(): void
}

/** `monotonic` gives milliseconds that no correction of the clock touches. */
export const createClockGuard = (
  clock: Clock,
  monotonic: () => number,
  limits: ClockLimits,
): ClockGuard => {
  let reference: ClockReference | undefined
  const believe = (): void => {
    reference = { wall: clock(), monotonic: monotonic() }
  }
  return {
    look: (row) => {
      const decision = decideClock(
        {
          wall: clock(),
          monotonic: monotonic(),
          reference,
          believedAt: row && new Date(row.believedAt),
          isHeld: row?.isHeld ?? false,
        },
        limits,
      )
      if (decision.state === 'good') believe()
      return decision
    },
    believe,
  }
}

/** ERR_CLOCK_BACKWARDS or ERR_CLOCK_JUMPED, in words; undefined for a clock that is good. */
export const clockErrorOf = (decision: ClockDecision): EasycertsError | undefined => {
  if (decision.state === 'good') return undefined
  const by = describeDuration(decision.by)
  return decision.state === 'behind'
    ? new EasycertsError('ERR_CLOCK_BACKWARDS', `the clock of the CA went back by ${by}`)
    : new EasycertsError('ERR_CLOCK_JUMPED', `the clock of the CA jumped forward by ${by}`)
}
