import { sha256 } from '../encoding/index.ts'
import { addDuration } from '../time/index.ts'
import { issuedAtOf, type SerialNumber, type Validity } from '../x509/index.ts'

/** When a certificate is best renewed: at some instant from `start` to `end`. */
export interface RenewalWindow {
  readonly start: Date
  readonly end: Date
  /** A CA wants it because the certificate says other names than its node has. */
  readonly namesChanged?: boolean | undefined
}

/** Shares of a life, counted from issuance, between which renewal falls in quiet times. */
const EARLIEST = 1 / 2
const LATEST = 2 / 3

/** The instant after this share of a life, counted from issuance. */
export const instantInLife = (validity: Validity, share: number): Date => {
  const issuedAt = issuedAtOf(validity)
  return addDuration(issuedAt, (validity.notAfter.getTime() - issuedAt.getTime()) * share)
}

/** The window that follows from a certificate alone, when no operator is in a hurry. */
export const ordinaryWindow = (validity: Validity): RenewalWindow => ({
  start: instantInLife(validity, EARLIEST),
  end: instantInLife(validity, LATEST),
})

/**
 * The instant of a window that is this certificate's. Drawn once, from its serial number: a time
 * drawn at every check would drift to the early edge, and one that is the same for all would renew
 * a fleet at once.
 */
export const instantInWindow = (
  { start, end }: RenewalWindow,
  serialNumber: SerialNumber,
): Date => {
  const draw = sha256(serialNumber).readUInt32BE(0) / 2 ** 32
  return addDuration(start, (end.getTime() - start.getTime()) * draw)
}
