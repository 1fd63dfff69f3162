import { type Duration, minutes } from '@easycerts/shared/time'
import type { IdentityRow } from '../store/index.ts'

/** What was sent before a confirmation may arrive after it; nobody is accused within this while. */
export const FORK_GRACE: Duration = minutes(10)

/** What is known when an identity is shown that has lost its place. */
export interface ForkSituation {
  readonly identity: Pick<
    IdentityRow,
    'state' | 'ticketId' | 'notAfter' | 'changedAt' | 'nodeState'
  >
  readonly now: Date
  /** The wall clock is believed: by a wrong one, a moment may look like an hour. */
  readonly isClockGood: boolean
  /** Milliseconds since it lost its place as this process counted them; undefined if it did not see it. */
  readonly counted: number | undefined
}

/** The first reason not to call it a fork, or that it is one. */
export type ForkDecision =
  | 'fork'
  /** Only what a successor of its own displaced says that there are two holders of one key. */
  | 'not-displaced'
  /** Its life is over: whoever finds it on an old disk locks nobody out. */
  | 'expired'
  | 'within-grace'
  | 'clock-in-doubt'
  /** The node is frozen, quarantined or removed already. */
  | 'node-shut-out'

/**
 * Whether an identity that is shown after it lost its place proves that two hold it. The holder that
 * got the successor has destroyed this key before it confirmed, so another one must have a copy.
 */
export const decideFork = (situation: ForkSituation): ForkDecision => {
  const { identity, now, isClockGood, counted } = situation
  const { state, ticketId, notAfter, changedAt, nodeState } = identity
  const isDisplaced = state === 'retired' || (state === 'superseded' && ticketId === null)
  if (!isDisplaced || changedAt === null) return 'not-displaced'
  if (nodeState !== 'joined') return 'node-shut-out'
  if (new Date(notAfter) < now) return 'expired'
  if (!isClockGood) return 'clock-in-doubt'
  const elapsed = Math.min(now.getTime() - new Date(changedAt).getTime(), counted ?? Infinity)
  return elapsed < FORK_GRACE ? 'within-grace' : 'fork'
}
