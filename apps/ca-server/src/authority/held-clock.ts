import { type ClockDecision, describeDuration, seconds } from '@easycerts/shared/time'
import { actorAt } from './actor-at.ts'
import type { Authority } from './authority.ts'
import { clockErrorOf } from './clock-guard.ts'
import type { Writing } from './store/index.ts'

/** Written at most once in this while: a crash may lose it, and the limits are far larger. */
const RESOLUTION = seconds(1)

/**
 * Before anything is built from the clock. ERR_CLOCK_BACKWARDS or ERR_CLOCK_JUMPED, and then the hold
 * is durable.
 */
export const requireGoodClock = async (authority: Authority): Promise<void> => {
  const row = await authority.store.read((reading) => reading.findClock())
  const error = clockErrorOf(authority.clockGuard.look(row))
  if (!error) return
  if (row?.isHeld !== true) await watchClock(authority)
  throw error
}

/** The same in the transaction that lets a signature happen; its instant is durable with it. */
export const believeClock = async (
  { clock, clockGuard }: Pick<Authority, 'clock' | 'clockGuard'>,
  writing: Writing,
): Promise<void> => {
  const row = await writing.findClock()
  const error = clockErrorOf(clockGuard.look(row))
  if (error) throw error
  const now = clock()
  if (row && now.getTime() - new Date(row.believedAt).getTime() < RESOLUTION) return
  // That a hold has ended is for the next look to write down.
  await writing.putClock({ believedAt: now.toISOString(), isHeld: row?.isHeld ?? false })
}

/**
 * A look at the clock, whose result outlives the process: a clock found wrong holds issuance until
 * it is right again or an operator accepts it.
 */
export const watchClock = async (authority: Authority): Promise<ClockDecision> => {
  const { clock, clockGuard, store } = authority
  return store.transact(async (writing) => {
    const row = await writing.findClock()
    const decision = clockGuard.look(row)
    const isGood = decision.state === 'good'
    const now = clock().toISOString()
    const wasHeld = row?.isHeld ?? false
    const before = row?.believedAt ?? now
    await writing.putClock({
      // ISO 8601 in UTC: the order of texts is the order of times.
      believedAt: isGood && now > before ? now : before,
      isHeld: !isGood,
    })
    if (wasHeld === isGood)
      await writing.appendLog(
        actorAt(authority, isGood ? 'clock-recovered' : 'clock-held', 'ca-server', {
          ...(isGood ? {} : { state: decision.state, by: describeDuration(decision.by) }),
          believedAt: row?.believedAt ?? null,
        }),
      )
    return decision
  })
}

/** For an operator: what is believed, and by how much the clock is off if it is not. */
export const statusOfClock = async ({ clock, clockGuard, store }: Authority) => {
  const row = await store.read((reading) => reading.findClock())
  const decision = clockGuard.look(row)
  return {
    state: decision.state,
    by: decision.state === 'good' ? null : describeDuration(decision.by),
    now: clock().toISOString(),
    believedAt: row?.believedAt ?? null,
  }
}

/** What an operator accepted: the decision that no longer stands, and what was believed before. */
export interface AcceptedClock {
  readonly decision: ClockDecision
  readonly before: string | null
  readonly after: string
}

/** The clock is right, says an operator. Accepting a good clock changes nothing. */
export const acceptClock = async (
  authority: Authority,
  operator: string,
): Promise<AcceptedClock> => {
  const accepted = await authority.store.transact(async (writing) => {
    const row = await writing.findClock()
    const decision = authority.clockGuard.look(row)
    const after = authority.clock().toISOString()
    const before = row?.believedAt ?? null
    if (decision.state !== 'good' || row?.isHeld === true) {
      await writing.putClock({ believedAt: after, isHeld: false })
      const body = { state: decision.state, before, after }
      await writing.appendLog(actorAt(authority, 'clock-accepted', `operator ${operator}`, body))
    }
    return { decision, before, after }
  })
  authority.clockGuard.believe()
  return accepted
}
