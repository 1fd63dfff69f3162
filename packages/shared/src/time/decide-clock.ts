import { type Duration, days, hours, seconds } from './duration.ts'

/** How far the wall clock may stray before the CA stops to believe it. */
export interface ClockLimits {
  /** Backward, against the last instant that was believed. */
  readonly maxBackwardStep: Duration
  /** Forward, beyond what the monotonic clock counted between two looks. */
  readonly maxForwardJump: Duration
  /** Forward, across a time in which the server did not run and nothing counted. */
  readonly maxAbsence: Duration
}

/**
 * A minute backward is an ordinary correction, and notBefore lies five minutes back anyway. Thirty
 * days is the life of a certificate: a CA that was away for longer has no node left to serve.
 */
export const DEFAULT_CLOCK_LIMITS: ClockLimits = {
  maxBackwardStep: seconds(60),
  maxForwardJump: hours(6),
  maxAbsence: days(30),
}

/** The last look at the clock in this process that ended well. */
export interface ClockReference {
  readonly wall: Date
  /** Milliseconds of a clock that nobody sets, since some instant. */
  readonly monotonic: number
}

/** What is known when the clock is to be believed or not. */
export interface ClockSituation {
  readonly wall: Date
  readonly monotonic: number
  /** Undefined in a process that has not looked before. */
  readonly reference: ClockReference | undefined
  /** The last instant that was believed, from the records; undefined before the first. */
  readonly believedAt: Date | undefined
  /** An earlier decision not to believe the clock still stands. */
  readonly isHeld: boolean
}

/** `by` is how far the clock is off, in milliseconds; `limit` how far it may be. */
export type ClockDecision =
  | { readonly state: 'good' }
  | { readonly state: 'behind' | 'jumped'; readonly by: number; readonly limit: Duration }

/**
 * Whether the wall clock may date what the CA signs. A process trusts its monotonic clock, so a slow
 * correction passes and a jump does not. Across a stop nothing counted the time: an absence is
 * believed up to a bound, but not while an earlier jump is unexplained.
 */
export const decideClock = (
  { wall, monotonic, reference, believedAt, isHeld }: ClockSituation,
  { maxBackwardStep, maxForwardJump, maxAbsence }: ClockLimits,
): ClockDecision => {
  const from = believedAt ?? reference?.wall
  if (!from) return { state: 'good' }
  const behind = from.getTime() - wall.getTime()
  if (behind > maxBackwardStep) return { state: 'behind', by: behind, limit: maxBackwardStep }
  const ahead = reference
    ? wall.getTime() - reference.wall.getTime() - (monotonic - reference.monotonic)
    : -behind
  const limit = reference || isHeld ? maxForwardJump : maxAbsence
  return ahead > limit ? { state: 'jumped', by: ahead, limit } : { state: 'good' }
}
