import {
  bitString,
  contextConstructed,
  DerReader,
  enterWhole,
  objectIdentifier,
  OID,
  readObjectIdentifier,
  readOctetBits,
  sequence,
  setOf,
  smallInteger,
  TAG,
} from '../asn1/index.ts'
import { decodePem, encodePem } from '../encoding/index.ts'
import { EasycertsError, isEasycertsError } from '../errors/index.ts'
import {
  KEY_ALGORITHM_ROWS,
  type KnownBadKeys,
  nameSignatureAlgorithm,
  parsePublicKey,
  type PublicKey,
  type SigningKey,
  verifySignature,
} from '../key/index.ts'
import { encodeSubject, type NameAttribute, readName, type Subject } from './distinguished-name.ts'
import { type Extension, readExtensions } from './extension.ts'
import { type GeneralName, readGeneralNames } from './general-name.ts'

/** A PKCS#10 request (RFC 2986) whose signature verified, by a key that policy accepts. */
export interface CertificateRequest {
  readonly der: Buffer
  readonly subject: readonly NameAttribute[]
  readonly publicKey: PublicKey
  /** What it asks for; policy decides what becomes of it. */
  readonly extensions: ReadonlyMap<string, Extension>
  /** What its subjectAltName says. */
  readonly names: readonly GeneralName[]
}

/** ERR_CSR_MALFORMED, ERR_CSR_KEY_REJECTED, ERR_CSR_ALGORITHM_REJECTED or ERR_CSR_SIGNATURE_INVALID. */
export const parseCertificateRequest = (
  pem: string,
  knownBadKeys?: KnownBadKeys,
): CertificateRequest => {
  try {
    return readRequest(decodePem('CERTIFICATE REQUEST', pem), knownBadKeys)
  } catch (error) {
    if (
      isEasycertsError(error) &&
      (error.code === 'ERR_DER_MALFORMED' || error.code === 'ERR_PEM_MALFORMED')
    )
      throw new EasycertsError('ERR_CSR_MALFORMED', `certificate request: ${error.message}`)
    throw error
  }
}

const readRequest = (der: Buffer, knownBadKeys?: KnownBadKeys): CertificateRequest => {
  const request = enterWhole(der, 'certification request')
  const info = request.expect(TAG.SEQUENCE, 'request information')
  const algorithm = request.expect(TAG.SEQUENCE, 'signature algorithm').encoding
  const signature = readOctetBits(request.expect(TAG.BIT_STRING, 'signature').content)
  request.end('signature')

  const fields = new DerReader(info.content)
  if (!fields.expect(TAG.INTEGER, 'version').content.equals(Buffer.of(0)))
    throw new EasycertsError('ERR_CSR_MALFORMED', 'certificate request: unknown version')
  const subject = readName(fields.expect(TAG.SEQUENCE, 'subject').content)
  const spki = fields.expect(TAG.SEQUENCE, 'subject public key').encoding
  const extensions = readAttributes(
    new DerReader(fields.optional(0xa0)?.content ?? Buffer.alloc(0)),
  )
  fields.end('request attributes')
  const requested = extensions.get(OID.subjectAltName)
  const names = requested ? readGeneralNames(requested.value) : []

  const publicKey = parsePublicKey(spki, knownBadKeys)
  provePossession(info.encoding, algorithm, signature, publicKey)
  return { der, subject, publicKey, extensions, names }
}

/** RFC 2986 §3: the request is signed with the key that it asks to certify. */
const provePossession = (
  message: Buffer,
  algorithm: Buffer,
  signature: Buffer,
  { keyObject }: PublicKey,
): void => {
  const isVerified = verifySignature(algorithm, keyObject, message, signature)
  if (isVerified === undefined)
    throw new EasycertsError(
      'ERR_CSR_ALGORITHM_REJECTED',
      `certificate request is signed with ${nameSignatureAlgorithm(algorithm)}`,
    )
  if (!isVerified)
    throw new EasycertsError(
      'ERR_CSR_SIGNATURE_INVALID',
      'certificate request is not signed by its own key',
    )
}

const readAttributes = (attributes: DerReader): Map<string, Extension> => {
  let requested: Map<string, Extension> | undefined
  while (!attributes.atEnd) {
    const attribute = attributes.enter('attribute')
    const type = readObjectIdentifier(
      attribute.expect(TAG.OBJECT_IDENTIFIER, 'attribute type').content,
    )
    const values = attribute.enter('attribute values', TAG.SET)
    attribute.end('attribute')
    if (type !== OID.extensionRequest && type !== OID.msExtensionRequest) continue
    if (requested)
      throw new EasycertsError('ERR_CSR_MALFORMED', 'certificate request: two extension requests')
    requested = readExtensions(values.enter('extension request'))
    values.end('extension request')
  }
  return requested ?? new Map<string, Extension>()
}

/** PEM of a request that asks for nothing but a certificate for this key: the CA builds the rest. */
export const buildCertificateRequest = (
  key: SigningKey,
  subject: Subject = { commonName: '', organizations: [] },
): string => {
  const info = sequence(
    smallInteger(0),
    encodeSubject(subject),
    key.publicKey.spki,
    contextConstructed(0),
  )
  const { signature } = KEY_ALGORITHM_ROWS[key.algorithm]
  return encodePem('CERTIFICATE REQUEST', sequence(info, signature, bitString(key.sign(info))))
}

/** The same with an extension request, for tools and tests that ask for more. */
export const buildCertificateRequestWith = (
  key: SigningKey,
  subject: Subject,
  extensions: readonly Buffer[],
): string => buildNamedRequest(key, encodeSubject(subject), extensions)

/** PEM of a request that names its subject itself, as the DER of a Name, for a CA that goes by it. */
export const buildNamedRequest = (
  key: SigningKey,
  name: Buffer,
  extensions: readonly Buffer[],
): string => {
  const attribute = sequence(objectIdentifier(OID.extensionRequest), setOf(sequence(...extensions)))
  const attributes = extensions.length === 0 ? [] : [attribute]
  const info = sequence(
    smallInteger(0),
    name,
    key.publicKey.spki,
    contextConstructed(0, ...attributes),
  )
  const { signature } = KEY_ALGORITHM_ROWS[key.algorithm]
  return encodePem('CERTIFICATE REQUEST', sequence(info, signature, bitString(key.sign(info))))
}
