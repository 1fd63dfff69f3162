import {
  DerReader,
  enumerated,
  OID,
  readTime,
  readUnsignedInteger,
  sequence,
  TAG,
  timeContent,
} from '../asn1/index.ts'
import { EasycertsError } from '../errors/index.ts'
import {
  encodeExtension,
  readExtensions,
  type SerialNumber,
  serialNumberOf,
} from '../x509/index.ts'
import { reasonOfCode, REVOCATION_REASONS, type RevocationReason } from './revocation-reason.ts'

/** One entry of a CRL. */
export interface RevokedCertificate {
  readonly serialNumber: SerialNumber
  readonly revokedAt: Date
  readonly reason: RevocationReason
}

/** Of the longest entry: a serial number of 20 octets, a GeneralizedTime, and a reason. */
export const MAX_ENTRY_OCTETS = 64

/**
 * Writes an entry (RFC 5280 §5.1.2.6) and gives its end. It is written in place, for a list has many
 * and each is made of few octets. `unspecified` is said by saying nothing (§5.3.1).
 */
export const writeRevokedCertificate = (
  target: Buffer,
  start: number,
  { serialNumber, revokedAt, reason }: RevokedCertificate,
): number => {
  const serialStart = start + 2
  const needsZero = serialNumber >= '8'
  const serialLength = serialNumber.length / 2 + Number(needsZero)
  target[serialStart] = TAG.INTEGER
  target[serialStart + 1] = serialLength
  target[serialStart + 2] = 0
  target.write(serialNumber, serialStart + 2 + Number(needsZero), 'hex')
  const timeStart = serialStart + 2 + serialLength
  const { tag, text } = timeContent(revokedAt)
  target[timeStart] = tag
  target[timeStart + 1] = text.length
  target.write(text, timeStart + 2, 'latin1')
  const timeEnd = timeStart + 2 + text.length
  const extensions = REASON_EXTENSIONS[reason]
  if (extensions) target.set(extensions, timeEnd)
  const end = timeEnd + (extensions?.length ?? 0)
  target[start] = TAG.SEQUENCE
  target[start + 1] = end - serialStart
  return end
}

/** There are few reasons and many entries: each extension is encoded once. */
const REASON_EXTENSIONS = Object.fromEntries(
  Object.entries(REVOCATION_REASONS)
    .filter(([name]) => name !== 'unspecified')
    .map(([name, code]) => [
      name,
      sequence(encodeExtension({ oid: OID.cRLReason, critical: false, value: enumerated(code) })),
    ]),
) as Partial<Record<RevocationReason, Buffer>>

/** The inverse; ERR_DER_MALFORMED, also for a reason that we never write. */
export const readRevokedCertificate = (entry: DerReader): RevokedCertificate => {
  const serialNumber = serialNumberOf(
    readUnsignedInteger(entry.expect(TAG.INTEGER, 'serial number').content),
  )
  const revokedAt = readTime(entry.next())
  const extensions = entry.optional(TAG.SEQUENCE)
  entry.end('entry of a CRL')
  return {
    serialNumber,
    revokedAt,
    reason: extensions ? readReason(extensions.content) : 'unspecified',
  }
}

const readReason = (content: Buffer): RevocationReason => {
  const extensions = readExtensions(new DerReader(content))
  const extension = extensions.get(OID.cRLReason)
  const hasOther = [...extensions.values()].some(
    ({ oid, critical }) => critical && oid !== OID.cRLReason,
  )
  if (hasOther) throw malformed('critical extension of an entry')
  if (!extension) return 'unspecified'
  const value = new DerReader(extension.value)
  const { content: octets } = value.expect(TAG.ENUMERATED, 'reason')
  value.end('reason')
  const reason = octets.length === 1 ? reasonOfCode(octets[0] ?? 0) : undefined
  if (!reason) throw malformed('reason')
  return reason
}

const malformed = (what: string) =>
  new EasycertsError('ERR_DER_MALFORMED', `malformed DER: ${what}`)
