import type { ClockDecision, Duration } from '@easycerts/shared/time'
import { addDuration, minutes } from '@easycerts/shared/time'
import { type Authority, watchClock } from '../authority/index.ts'
import type { MaintenanceTask } from './maintenance-task.ts'

const PERIOD: Duration = minutes(1)

/**
 * Writes down that the clock is believed, so that a stop of the server has a beginning, and tells of
 * every change of mind. The period is counted by the monotonic clock: the other one may be wrong.
 */
export const clockWatch = (
  authority: Authority,
  monotonic: () => number,
  onChange: (decision: ClockDecision) => void,
): MaintenanceTask => {
  let state: ClockDecision['state'] = 'good'
  let next = monotonic()
  return {
    name: 'clock-watch',
    dueAt: () => addDuration(authority.clock(), next - monotonic()),
    run: async () => {
      next = monotonic() + PERIOD
      const decision = await watchClock(authority)
      if (decision.state !== state) onChange(decision)
      state = decision.state
    },
  }
}
