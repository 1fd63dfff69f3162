import {
  DerReader,
  enumerated,
  OID,
  readTime,
  readUnsignedInteger,
  sequence,
  TAG,
  time,
  unsignedInteger,
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

/** RFC 5280 §5.1.2.6; `unspecified` is said by saying nothing (§5.3.1). */
export const encodeRevokedCertificate = (revoked: RevokedCertificate): Buffer => {
  const serialNumber = unsignedInteger(Buffer.from(revoked.serialNumber, 'hex'))
  const extensions = REASON_EXTENSIONS[revoked.reason]
  return extensions
    ? sequence(serialNumber, time(revoked.revokedAt), extensions)
    : sequence(serialNumber, time(revoked.revokedAt))
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
