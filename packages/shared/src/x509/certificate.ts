import {
  type DerReader,
  enterWhole,
  OID,
  readBoolean,
  readOctetBits,
  readTime,
  readUnsignedInteger,
  TAG,
} from '../asn1/index.ts'
import { decodePem, encodePem, sha256Hex } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'
import { pinOfSpki, type PublicKeyPin } from '../key/index.ts'
import { type NameAttribute, readName } from './distinguished-name.ts'
import { type Extension, readExtensions } from './extension.ts'
import { type GeneralName, readGeneralNames } from './general-name.ts'
import { type KeyUsage, readExtendedKeyUsage, readKeyUsage } from './key-usage.ts'
import { type SerialNumber, serialNumberOf } from './serial-number.ts'
import type { Validity } from './validity.ts'

/** RFC 5280 §4.2.1.9. */
export interface BasicConstraints {
  readonly isCa: boolean
  readonly pathLength: number | undefined
}

/** A certificate as parsed from its DER; nothing here says that anybody should trust it. */
export interface Certificate {
  readonly der: Buffer
  /** SHA-256 of the DER, hex: how the CA's records know a certificate. */
  readonly fingerprint: string
  readonly tbs: Buffer
  readonly serialNumber: SerialNumber
  readonly signatureAlgorithm: Buffer
  readonly signature: Buffer
  readonly issuer: Buffer
  readonly subjectDer: Buffer
  readonly subject: readonly NameAttribute[]
  readonly validity: Validity
  readonly spki: Buffer
  readonly pin: PublicKeyPin
  readonly extensions: ReadonlyMap<string, Extension>
  readonly basicConstraints: BasicConstraints | undefined
  readonly keyUsage: readonly KeyUsage[] | undefined
  /** Dotted identifiers. */
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly names: readonly GeneralName[]
}

/** RFC 5280 §4.1; ERR_DER_MALFORMED on anything that is not strict DER of a v3 certificate. */
export const parseCertificate = (der: Buffer): Certificate => {
  const certificate = enterWhole(der, 'certificate')
  const tbs = certificate.expect(TAG.SEQUENCE, 'to-be-signed certificate')
  const signatureAlgorithm = certificate.expect(TAG.SEQUENCE, 'signature algorithm').encoding
  const signature = readOctetBits(certificate.expect(TAG.BIT_STRING, 'signature').content)
  certificate.end('signature')
  const fields = readTbsCertificate(tbs.encoding)
  // RFC 5280 §4.1.1.2: both must be the same, or the unsigned one could lie.
  if (!fields.innerAlgorithm.equals(signatureAlgorithm))
    throw new EasycertsError('ERR_DER_MALFORMED', 'malformed DER: two signature algorithms')
  return {
    der,
    fingerprint: sha256Hex(der),
    tbs: tbs.encoding,
    signatureAlgorithm,
    signature,
    pin: pinOfSpki(fields.spki),
    ...fields,
  }
}

export const parseCertificatePem = (pem: string): Certificate =>
  parseCertificate(decodePem('CERTIFICATE', pem))

export const certificatePem = (certificate: { readonly der: Uint8Array }): string =>
  encodePem('CERTIFICATE', certificate.der)

/** What the octets of a TBSCertificate say, before or after somebody signed them. */
export type TbsFields = ReturnType<typeof readTbsCertificate>

/** RFC 5280 §4.1.2; ERR_DER_MALFORMED. `timeTags`: the ASN.1 types of notBefore and notAfter. */
export const readTbsCertificate = (encoding: Buffer) => {
  const tbs = enterWhole(encoding, 'to-be-signed certificate')
  const version = tbs.optional(0xa0)
  if (!version?.content.equals(Buffer.of(0x02, 0x01, 0x02)))
    throw new EasycertsError('ERR_DER_MALFORMED', 'malformed DER: not a version 3 certificate')
  const serialNumber = serialNumberOf(
    readUnsignedInteger(tbs.expect(TAG.INTEGER, 'serial number').content),
  )
  const innerAlgorithm = tbs.expect(TAG.SEQUENCE, 'signature algorithm').encoding
  const issuer = tbs.expect(TAG.SEQUENCE, 'issuer').encoding
  const period = tbs.enter('validity')
  const [first, last] = [period.next(), period.next()]
  const validity = { notBefore: readTime(first), notAfter: readTime(last) }
  period.end('validity')
  const subject = tbs.expect(TAG.SEQUENCE, 'subject')
  const spki = tbs.expect(TAG.SEQUENCE, 'subject public key').encoding
  const extensions = readExtensionField(tbs)
  tbs.end('extensions')
  return {
    serialNumber,
    innerAlgorithm,
    issuer,
    validity,
    timeTags: [first.tag, last.tag],
    subjectDer: subject.encoding,
    subject: readName(subject.content),
    spki,
    extensions,
    ...readKnownExtensions(extensions),
  }
}

const readExtensionField = (tbs: DerReader): Map<string, Extension> => {
  const field = tbs.optional(0xa3)
  return field
    ? readExtensions(enterWhole(field.content, 'extensions'))
    : new Map<string, Extension>()
}

const readKnownExtensions = (extensions: ReadonlyMap<string, Extension>) => {
  const read = <Value>(oid: string, parse: (value: Buffer) => Value): Value | undefined => {
    const extension = extensions.get(oid)
    return extension && parse(extension.value)
  }
  return {
    basicConstraints: read(OID.basicConstraints, readBasicConstraints),
    keyUsage: read(OID.keyUsage, readKeyUsage),
    extendedKeyUsage: read(OID.extKeyUsage, readExtendedKeyUsage),
    names: read(OID.subjectAltName, readGeneralNames) ?? [],
  }
}

const readBasicConstraints = (value: Buffer): BasicConstraints => {
  const fields = enterWhole(value, 'basic constraints')
  const isCa = fields.optional(TAG.BOOLEAN)
  const pathLength = fields.optional(TAG.INTEGER)
  fields.end('basic constraints')
  return {
    isCa: isCa !== undefined && readBoolean(isCa.content),
    pathLength: pathLength && readPathLength(pathLength.content),
  }
}

// As many as a number holds; longer than any path.
const MAX_PATH_LENGTH_OCTETS = 6

const readPathLength = (content: Buffer): number => {
  const octets = readUnsignedInteger(content)
  if (octets.length > MAX_PATH_LENGTH_OCTETS)
    throw new EasycertsError('ERR_DER_MALFORMED', 'malformed DER: path length')
  return octets.readUIntBE(0, octets.length)
}
