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
  // A list of 100,000 is 5 MB: it is copied as often as it must be, and no more.
  const tbs = Buffer.concat([
    tlvHeader(TAG.SEQUENCE, before.length + entries.length + after.length),
    before,
    entries,
    after,
  ])
  const signature = bitString(key.sign(tbs))
  const header = tlvHeader(TAG.SEQUENCE, tbs.length + algorithm.length + signature.length)
  return Buffer.concat([header, tbs, algorithm, signature])
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
