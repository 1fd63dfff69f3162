import { EasycertsError } from '@easycerts/shared/errors'
import {
  type CertificateOnDisk,
  decideRenewal,
  type RenewalWindow,
} from '@easycerts/shared/renewal'
import { addDuration, describeDuration, minutes } from '@easycerts/shared/time'

/** Reasons that hold by a clock alone. */
const BY_CLOCK: ReadonlySet<string> = new Set(['due', 'expired', 'ca-asked', 'names-changed'])

/** Clocks that differ by less are right enough: a life of an hour does not loop by them. */
const TOLERANCE = minutes(10)

/** Why a certificate is to be renewed, and the two clocks that may say so. */
export interface DueByClock {
  readonly found: CertificateOnDisk
  readonly reason: string
  readonly suggestion: RenewalWindow | undefined
  readonly now: Date
  /** The CA's, told a moment ago. */
  readonly caTime: Date
}

/**
 * ERR_CLOCK_WRONG for a certificate that is due by the clock of this machine and not by the CA's: a
 * new one would be due as well as soon as it is there, and so on without end.
 */
export const contradictClock = ({ found, reason, suggestion, now, caTime }: DueByClock): void => {
  const latest = addDuration(caTime, TOLERANCE)
  if (!BY_CLOCK.has(reason) || decideRenewal(found, latest, suggestion).renew) return
  const ahead = describeDuration(now.getTime() - caTime.getTime())
  throw new EasycertsError('ERR_CLOCK_WRONG', `not due: this clock is ${ahead} ahead of the CA's`)
}
