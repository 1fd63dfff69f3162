import { addDuration, minutes, seconds } from '@easycerts/shared/time'

export interface ReleaseSituation {
  /** Whether everything that can be seen of the component is as it should be. */
  readonly isBack: boolean
  readonly actedAt: Date
  /** Milliseconds that it may take. */
  readonly window: number
  /** Whether a lease still keeps others from restarting. */
  readonly isHeld: boolean
  readonly now: Date
}

export type ReleaseDecision =
  | { readonly kind: 'release' }
  | { readonly kind: 'look'; readonly at: Date }
  /** The lease stays until its end, so that nobody restarts the next member onto a broken one. */
  | { readonly kind: 'alarm'; readonly at: Date }

const SHORTEST = seconds(1)
const LONGEST = seconds(15)
const SLOW = minutes(10)

/** Whether a component works again after its restart, and what becomes of its lease. */
export const planRelease = (situation: ReleaseSituation): ReleaseDecision => {
  const { isBack, actedAt, window, isHeld, now } = situation
  if (isBack) return { kind: 'release' }
  const passed = now.getTime() - actedAt.getTime()
  const soon = addDuration(now, Math.min(Math.max(passed / 2, SHORTEST), LONGEST))
  // A clock that was set back must not silence the alarm for long: the window counts either way.
  if (Math.abs(passed) < window) return { kind: 'look', at: soon }
  return { kind: 'alarm', at: isHeld ? soon : addDuration(now, SLOW) }
}
