import {
  bitString,
  contextConstructed,
  OID,
  sequence,
  smallInteger,
  TAG,
  time,
  tlvHeader,
  unsignedInteger,
} from '../asn1/index.ts'
import { KEY_ALGORITHM_ROWS, type SigningKey } from '../key/index.ts'
import { authorityKeyIdentifier, encodeExtension } from '../x509/index.ts'

/** Everything of a CRL but its entries. */
export interface CrlFacts {
  /** DER of the issuer's subject, byte for byte. */
  readonly issuer: Buffer
  readonly issuerKeyIdentifier: Buffer
  /** Greater than that of every CRL before (RFC 5280 §5.2.3). */
  readonly number: bigint
  readonly thisUpdate: Date
  readonly nextUpdate: Date
}

/** DER of a full version 2 CRL (RFC 5280 §5); `entries` are encoded already. */
export const buildCrl = (facts: CrlFacts, entries: Buffer, key: SigningKey): Buffer => {
  const { signature: algorithm } = KEY_ALGORITHM_ROWS[key.algorithm]
  const before = Buffer.concat([
    smallInteger(1),
    algorithm,
    facts.issuer,
    time(facts.thisUpdate),
    time(facts.nextUpdate),
    // An empty list is no list (§5.1.2.6).
    entries.length === 0 ? Buffer.alloc(0) : tlvHeader(TAG.SEQUENCE, entries.length),
  ])
  const after = contextConstructed(
    0,
    sequence(
      encodeExtension(authorityKeyIdentifier(facts.issuerKeyIdentifier)),
      encodeExtension({
        oid: OID.cRLNumber,
        critical: false,
        value: encodeCrlNumber(facts.number),
      }),
    ),
  )
  const tbsHeader = tlvHeader(TAG.SEQUENCE, before.length + entries.length + after.length)
  return signInPlace([tbsHeader, before, entries, after], algorithm, key)
}

/** Of the outer header before the list, and of algorithm and signature behind it (RSA 4096: 540). */
const HEADER_ROOM = 6
const SIGNATURE_ROOM = 1024

/** A list of 100,000 is 5 MB, so it is copied once, to where it is signed and stays. */
const signInPlace = (tbs: readonly Buffer[], algorithm: Buffer, key: SigningKey): Buffer => {
  const length = tbs.reduce((sum, part) => sum + part.length, 0)
  const room = Buffer.allocUnsafe(HEADER_ROOM + length + SIGNATURE_ROOM)
  const put = (offset: number, part: Buffer): number => {
    room.set(part, offset)
    return offset + part.length
  }
  const end = tbs.reduce(put, HEADER_ROOM)
  const signature = bitString(key.sign(room.subarray(HEADER_ROOM, end)))
  const header = tlvHeader(TAG.SEQUENCE, length + algorithm.length + signature.length)
  const start = HEADER_ROOM - header.length
  put(start, header)
  return room.subarray(start, [algorithm, signature].reduce(put, end))
}

/** §5.2.3: no reader needs to take more. */
export const MAX_CRL_NUMBER_OCTETS = 20

const encodeCrlNumber = (number: bigint): Buffer => {
  const hex = number.toString(16)
  const encoding = unsignedInteger(
    Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'),
  )
  const isInBounds = number >= 0n && encoding.length - 2 <= MAX_CRL_NUMBER_OCTETS
  if (!isInBounds) throw new TypeError('a CRL number has at most 20 octets')
  return encoding
}
