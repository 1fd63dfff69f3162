import {
  bitString,
  DerReader,
  enterWhole,
  objectIdentifier,
  OID,
  readBits,
  readObjectIdentifier,
  sequence,
  TAG,
} from '../asn1/index.ts'

/** RFC 5280 §4.2.1.3, in the order of their bits. */
export const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

export type KeyUsage = (typeof KEY_USAGES)[number]
export type ExtendedKeyUsage =
  | 'serverAuth'
  | 'clientAuth'
  | 'OCSPSigning'
  | 'jwt'
  | 'documentSigning'

/** BIT STRING with the trailing zero bits left out, as DER wants of a named bit list (X.690 §11.2.2). */
export const encodeKeyUsage = (usages: readonly KeyUsage[]): Buffer => {
  const bits = KEY_USAGES.map((usage) => usages.includes(usage))
  const last = bits.lastIndexOf(true)
  const octets = Buffer.alloc(Math.floor(last / 8) + 1)
  bits.forEach((isSet, bit) => {
    const octet = Math.floor(bit / 8)
    if (isSet) octets[octet] = (octets[octet] ?? 0) | (0x80 >> (bit % 8))
  })
  return bitString(octets, 7 - (last % 8))
}

export const readKeyUsage = (value: Buffer): KeyUsage[] => {
  const reader = new DerReader(value)
  const octets = readBits(reader.expect(TAG.BIT_STRING, 'key usage').content)
  reader.end('key usage')
  return KEY_USAGES.filter(
    (_, bit) => ((octets[Math.floor(bit / 8)] ?? 0) & (0x80 >> (bit % 8))) !== 0,
  )
}

export const encodeExtendedKeyUsage = (usages: readonly ExtendedKeyUsage[]): Buffer =>
  sequence(...usages.map((usage) => objectIdentifier(OID[usage])))

/** Dotted identifiers, known and unknown. */
export const readExtendedKeyUsage = (value: Buffer): string[] => {
  const purposes: string[] = []
  const reader = enterWhole(value, 'extended key usage')
  while (!reader.atEnd)
    purposes.push(readObjectIdentifier(reader.expect(TAG.OBJECT_IDENTIFIER, 'purpose').content))
  return purposes
}
