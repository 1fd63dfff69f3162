import { sha256 } from '../encoding/index.ts'
import { addDuration } from '../time/index.ts'
import { issuedAtOf, type SerialNumber, type Validity } from '../x509/index.ts'

/** Shares of a life, counted from issuance, between which renewal falls. */
const EARLIEST = 1 / 2
const LATEST = 2 / 3

/**
 * When a certificate is to be renewed. Drawn once, from its serial number: a time drawn at every
 * check would drift to the early edge, and one that is the same for all would renew a fleet at once.
 */
export const renewalTime = (validity: Validity, serialNumber: SerialNumber): Date => {
  const issuedAt = issuedAtOf(validity)
  const life = validity.notAfter.getTime() - issuedAt.getTime()
  const draw = sha256(serialNumber).readUInt32BE(0) / 2 ** 32
  return addDuration(issuedAt, life * (EARLIEST + (LATEST - EARLIEST) * draw))
}
