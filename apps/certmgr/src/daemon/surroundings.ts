import type { Log } from '@easycerts/adapters/log'
import type { Clock } from '@easycerts/shared/time'

/** What certmgr takes from the process that it runs in. */
export interface Surroundings {
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  readonly uid: number
  /** Where specs of the old certmgr may have their auth keys. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}
