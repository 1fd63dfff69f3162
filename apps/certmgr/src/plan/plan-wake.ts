import { addDuration, type Duration, seconds } from '@easycerts/shared/time'

/** Against a certificate that is due again as soon as it is there. */
const SHORTEST_SLEEP = seconds(1)

/** The next look: at the earliest of these instants, and never later than the check interval. */
export const planWake = (instants: readonly Date[], now: Date, checkInterval: Duration): Date => {
  const latest = addDuration(now, checkInterval).getTime()
  const earliest = addDuration(now, Math.min(SHORTEST_SLEEP, checkInterval)).getTime()
  const wanted = Math.min(latest, ...instants.map((instant) => instant.getTime()))
  return new Date(Math.max(wanted, earliest))
}
