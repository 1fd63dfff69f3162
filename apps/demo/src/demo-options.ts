import type { Duration } from '@easycerts/shared/time'

export interface DemoOptions {
  /** End by itself after exactly one renewal of every certificate. */
  readonly once: boolean
  /** Life of every certificate. */
  readonly life: Duration
  /** Leave the scratch directory behind. */
  readonly keep: boolean
  /** Redraw a table in place, instead of a line per event. */
  readonly isTerminal: boolean
}
