import type { Notifier } from '@easycerts/adapters/systemd'
import type { Duration } from '@easycerts/shared/time'
import { type HealthCheck, lookAtHealth } from './health-check.ts'

export interface WatchdogOptions {
  readonly notifier: Pick<Notifier, 'watchdog'>
  /** WatchdogSec; undefined where nobody watches. */
  readonly period: Duration | undefined
  /** What must answer for the server to be alive. */
  readonly check: HealthCheck
}

/**
 * Tells systemd at half of its period that the server is alive, for as long as the event loop comes
 * round and the check passes; systemd restarts what falls silent. Returns what ends it.
 */
export const startWatchdog = ({ notifier, period, check }: WatchdogOptions): (() => void) => {
  if (period === undefined) return () => undefined
  let isLooking = false
  const look = async (): Promise<void> => {
    // A look that hangs is not helped by a second one.
    if (isLooking) return
    isLooking = true
    const { isReady } = await lookAtHealth([check])
    if (isReady) await notifier.watchdog()
    isLooking = false
  }
  const timer = setInterval(() => void look(), period / 2)
  timer.unref()
  return () => clearInterval(timer)
}
