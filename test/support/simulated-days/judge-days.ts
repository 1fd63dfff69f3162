import { renewalTime } from '@easycerts/shared/renewal'
import { type Certificate, issuedAtOf } from '@easycerts/shared/x509'

/** A step that was made: when it began and ended, by the clock of the node. */
export interface LivedStep {
  readonly begin: Date
  readonly end: Date
  readonly isCaUp: boolean
}

/** What was wrong with one renewal. */
export interface Misjudged {
  readonly name: string
  readonly serial: string
  readonly wrong: 'too early' | 'too late'
}

/** X.509 times have whole seconds, and the CA begins a certificate a little before it is issued. */
const ROUNDING = 1_000

/**
 * Certificates of one name in the order in which they lay on the disk, against the policy: each was
 * asked for at its predecessor's point, or in the first step after it in which the CA was there.
 */
export const misjudgedRenewals = (
  name: string,
  certificates: readonly Certificate[],
  steps: readonly LivedStep[],
): Misjudged[] =>
  certificates.slice(1).flatMap((next, index): Misjudged[] => {
    const { validity, serialNumber } = certificates[index]!
    const due = renewalTime(validity, serialNumber)
    const issued = issuedAtOf(next.validity)
    const chance = steps.find(({ begin, isCaUp }) => isCaUp && begin >= due)
    const serial = next.serialNumber
    if (issued.getTime() < due.getTime() - ROUNDING) return [{ name, serial, wrong: 'too early' }]
    if (chance && issued > chance.end) return [{ name, serial, wrong: 'too late' }]
    return []
  })
