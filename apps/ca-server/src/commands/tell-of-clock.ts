import type { Notifier } from '@easycerts/adapters/systemd'
import type { ClockDecision } from '@easycerts/shared/time'
import type { Logger } from 'pino'
import { clockErrorOf } from '../authority/index.ts'

/** Says in the log and to systemd that the clock holds issuance, and that it does no more. */
export const tellOfClock =
  (log: Logger, notifier: Notifier, readiness: string) =>
  (decision: ClockDecision): void => {
    const error = clockErrorOf(decision)
    if (error)
      log.error({ code: error.code, hint: error.hint }, `${error.message}: issuance is held`)
    else log.info('the clock is believed again: issuance goes on')
    void notifier.status(error ? `issuance is held: ${error.message}` : readiness)
  }
