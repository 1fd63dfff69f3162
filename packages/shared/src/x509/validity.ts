import { addDuration, type Duration, hours, minutes, truncateToSecond } from '../time/index.ts'

export interface Validity {
  readonly notBefore: Date
  /** Inclusive: the certificate is valid during this second (RFC 5280 §4.1.2.5). */
  readonly notAfter: Date
}

const LONG_LIFE = hours(8)
const LONG_BACKDATE = minutes(5)
/** Of a short life, one part in this many. */
const SHORT_PARTS = 100

/** Rounded up: the shortest life too begins a second ago, or it might not have begun for its holder. */
const wholeSeconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000) * 1000

/** How far notBefore lies before issuance, for clocks that are behind: as Kubernetes's signers do. */
export const backdateOf = (life: number): number =>
  life >= LONG_LIFE ? LONG_BACKDATE : wholeSeconds(life / SHORT_PARTS)

/** Life counts from issuance; never beyond the issuer's own end, and then it is the rest that counts. */
export const buildValidity = (issuedAt: Date, life: Duration, issuerNotAfter: Date): Validity => {
  const start = truncateToSecond(issuedAt)
  const wished = addDuration(start, life - 1000)
  const notAfter = wished < issuerNotAfter ? wished : issuerNotAfter
  const actualLife = notAfter.getTime() + 1000 - start.getTime()
  return { notBefore: addDuration(start, -backdateOf(actualLife)), notAfter }
}

/** The instant of issuance that `buildValidity` started from. */
export const issuedAtOf = ({ notBefore, notAfter }: Validity): Date => {
  const span = notAfter.getTime() + 1000 - notBefore.getTime()
  const isLong = span - LONG_BACKDATE >= LONG_LIFE
  // A short life has a hundredth in front of it, so a hundred and first of the whole.
  const backdate = isLong ? LONG_BACKDATE : wholeSeconds(span / (SHORT_PARTS + 1))
  return addDuration(notBefore, backdate)
}

export const isValidAt = ({ notBefore, notAfter }: Validity, instant: Date): boolean =>
  instant >= notBefore && truncateToSecond(instant) <= notAfter
