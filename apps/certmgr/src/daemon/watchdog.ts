import type { Notifier } from '@easycerts/adapters/systemd'
import { minutes } from '@easycerts/shared/time'

/** A pass that takes longer hangs: then systemd should have us. */
export const LONGEST_PASS = minutes(30)

export interface Watchdog {
  readonly passBegins: () => void
  readonly passEnds: () => void
  readonly stop: () => void
}

/** Feeds systemd's watchdog while passes end; `period` is WatchdogSec in milliseconds. */
export const startWatchdog = (notifier: Notifier, period: number | undefined): Watchdog => {
  let hung: NodeJS.Timeout | undefined
  let isHung = false
  const timer =
    period === undefined
      ? undefined
      : setInterval(() => {
          if (!isHung) void notifier.watchdog()
        }, period / 3)
  timer?.unref()
  return {
    passBegins: () => {
      hung = setTimeout(() => (isHung = true), LONGEST_PASS).unref()
    },
    passEnds: () => {
      clearTimeout(hung)
      isHung = false
    },
    stop: () => clearInterval(timer),
  }
}
