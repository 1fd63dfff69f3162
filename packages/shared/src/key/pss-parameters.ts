import {
  DerReader,
  enterWhole,
  OID,
  readObjectIdentifier,
  readUnsignedInteger,
  TAG,
} from '../asn1/index.ts'
import { isEasycertsError } from '../errors/index.ts'
import { SIGNATURE_DIGESTS } from './signature-digest.ts'

interface PssParameters {
  readonly digest: string
  readonly saltLength: number
}

const MAX_SALT_LENGTH_OCTETS = 2

/**
 * RSASSA-PSS (RFC 4055 §3.1) with one accepted digest for message and mask; undefined for anything
 * else, such as the defaults, which mean SHA-1, or what is malformed.
 */
export const readPss = (algorithm: Buffer): PssParameters | undefined => {
  try {
    return readParameters(algorithm)
  } catch (error) {
    if (isEasycertsError(error)) return undefined
    throw error
  }
}

const readParameters = (algorithm: Buffer): PssParameters | undefined => {
  const fields = enterWhole(algorithm, 'signature algorithm')
  const oid = readObjectIdentifier(fields.expect(TAG.OBJECT_IDENTIFIER, 'identifier').content)
  if (oid !== OID.rsassaPss || fields.nextTag !== TAG.SEQUENCE) return undefined
  const parameters = fields.enter('parameters')
  fields.end('parameters')
  const digest = digestOf(parameters.optional(0xa0)?.content)
  const mask = maskDigestOf(parameters.optional(0xa1)?.content)
  const salt = parameters.optional(0xa2)?.content
  if (!parameters.atEnd || digest === undefined || digest !== mask || !salt) return undefined
  const length = readUnsignedInteger(enterInteger(salt))
  return length.length > MAX_SALT_LENGTH_OCTETS
    ? undefined
    : { digest, saltLength: length.readUIntBE(0, length.length) }
}

const digestOf = (identifier: Buffer | undefined): string | undefined =>
  identifier &&
  SIGNATURE_DIGESTS.find(({ identifiers }) => identifiers.some((each) => each.equals(identifier)))
    ?.digest

const maskDigestOf = (identifier: Buffer | undefined): string | undefined => {
  if (!identifier) return undefined
  const fields = enterWhole(identifier, 'mask generation')
  const oid = readObjectIdentifier(fields.expect(TAG.OBJECT_IDENTIFIER, 'identifier').content)
  const digest = fields.next().encoding
  fields.end('mask generation')
  return oid === OID.mgf1 ? digestOf(digest) : undefined
}

const enterInteger = (encoding: Buffer): Buffer => {
  const reader = new DerReader(encoding)
  const { content } = reader.expect(TAG.INTEGER, 'salt length')
  reader.end('salt length')
  return content
}
