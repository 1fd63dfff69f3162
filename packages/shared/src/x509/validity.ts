import { addDuration, type Duration, hours, minutes, truncateToSecond } from '../time/index.ts'

export interface Validity {
  readonly notBefore: Date
  /** Inclusive: the certificate is valid during this second (RFC 5280 §4.1.2.5). */
  readonly notAfter: Date
}

const LONG_LIFE = hours(8)
const LONG_BACKDATE = minutes(5)
const SHORT_SHARE = 0.01

/** How far notBefore lies before issuance, for clocks that are behind: as Kubernetes's signers do. */
export const backdateOf = (life: number): number =>
  life >= LONG_LIFE ? LONG_BACKDATE : Math.floor((life * SHORT_SHARE) / 1000) * 1000

/** Life counts from issuance; never beyond the issuer's own end. */
export const buildValidity = (issuedAt: Date, life: Duration, issuerNotAfter: Date): Validity => {
  const start = truncateToSecond(issuedAt)
  const end = addDuration(start, life - 1000)
  return {
    notBefore: addDuration(start, -backdateOf(life)),
    notAfter: end < issuerNotAfter ? end : issuerNotAfter,
  }
}

/** The instant of issuance that `buildValidity` started from. */
export const issuedAtOf = ({ notBefore, notAfter }: Validity): Date => {
  const span = notAfter.getTime() + 1000 - notBefore.getTime()
  const isLong = span - LONG_BACKDATE >= LONG_LIFE
  // A short life has 1 % in front of it: span = life × 1.01.
  return addDuration(notBefore, isLong ? LONG_BACKDATE : backdateOf(span / (1 + SHORT_SHARE)))
}

export const isValidAt = ({ notBefore, notAfter }: Validity, instant: Date): boolean =>
  instant >= notBefore && truncateToSecond(instant) <= notAfter
