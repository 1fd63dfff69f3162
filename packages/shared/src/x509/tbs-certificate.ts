import { createHash } from 'node:crypto'
import {
  contextConstructed,
  encodeTlv,
  OID,
  sequence,
  smallInteger,
  TAG,
  time,
  unsignedInteger,
} from '../asn1/index.ts'
import type { Host } from '../cluster/index.ts'
import { KEY_ALGORITHM_ROWS, type KeyAlgorithm, type PublicKey } from '../key/index.ts'
import { encodeSubject, type Subject } from './distinguished-name.ts'
import {
  authorityKeyIdentifier,
  encodeExtension,
  type Extension,
  LEAF_BASIC_CONSTRAINTS,
  subjectKeyIdentifier,
} from './extension.ts'
import { encodeGeneralName } from './general-name.ts'
import {
  encodeExtendedKeyUsage,
  encodeKeyUsage,
  type ExtendedKeyUsage,
  type KeyUsage,
} from './key-usage.ts'
import type { SerialNumber } from './serial-number.ts'
import type { Validity } from './validity.ts'

/** Everything of an end-entity certificate that will be signed, complete: no default is left to anybody. */
export interface TbsCertificate {
  readonly serialNumber: SerialNumber
  readonly signatureAlgorithm: KeyAlgorithm
  /** DER of the issuer's subject, byte for byte (RFC 5280 §4.1.2.4). */
  readonly issuer: Buffer
  readonly issuerKeyIdentifier: Buffer
  readonly validity: Validity
  readonly subject: Subject
  readonly publicKey: PublicKey
  readonly keyUsage: readonly KeyUsage[]
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[]
  readonly names: readonly (Host | { readonly kind: 'uri'; readonly value: string })[]
  /** What it says of its own revocation; none of it critical. */
  readonly revocation: readonly Extension[]
}

/** SHA-1 over the key's bits: the identifier of RFC 5280 §4.2.1.2 (1), a label and no security. */
export const keyIdentifierOf = (spki: Buffer): Buffer =>
  createHash('sha1').update(subjectPublicKeyBits(spki)).digest()

/** The key's own bits, which OCSP hashes as well (RFC 6960 §4.1.1). */
export const subjectPublicKeyBits = (spki: Buffer): Buffer => {
  // SubjectPublicKeyInfo ::= SEQUENCE { algorithm, BIT STRING }; canonical, so offsets are lengths.
  const headerLength = (offset: number) =>
    (spki[offset + 1] ?? 0) < 0x80 ? 2 : 2 + ((spki[offset + 1] ?? 0) & 0x7f)
  const algorithm = headerLength(0)
  const algorithmLength = headerLength(algorithm) + (spki[algorithm + 1] ?? 0)
  const bits = algorithm + algorithmLength
  return spki.subarray(bits + headerLength(bits) + 1)
}

export const encodeTbsCertificate = (tbs: TbsCertificate): Buffer =>
  sequence(
    contextConstructed(0, smallInteger(2)),
    unsignedInteger(Buffer.from(tbs.serialNumber, 'hex')),
    KEY_ALGORITHM_ROWS[tbs.signatureAlgorithm].signature,
    tbs.issuer,
    sequence(time(tbs.validity.notBefore), time(tbs.validity.notAfter)),
    encodeSubject(tbs.subject),
    tbs.publicKey.spki,
    contextConstructed(3, sequence(...leafExtensions(tbs).map(encodeExtension))),
  )

const leafExtensions = (tbs: TbsCertificate): Extension[] => [
  { oid: OID.keyUsage, critical: true, value: encodeKeyUsage(tbs.keyUsage) },
  { oid: OID.extKeyUsage, critical: false, value: encodeExtendedKeyUsage(tbs.extendedKeyUsage) },
  LEAF_BASIC_CONSTRAINTS,
  subjectKeyIdentifier(keyIdentifierOf(tbs.publicKey.spki)),
  authorityKeyIdentifier(tbs.issuerKeyIdentifier),
  ...(tbs.names.length === 0 ? [] : [subjectAltName(tbs)]),
  ...tbs.revocation,
]

/** Critical only if the subject is empty (RFC 5280 §4.2.1.6), and ours never is. */
const subjectAltName = (tbs: TbsCertificate): Extension => ({
  oid: OID.subjectAltName,
  critical: false,
  value: encodeTlv(TAG.SEQUENCE, ...tbs.names.map(encodeGeneralName)),
})
