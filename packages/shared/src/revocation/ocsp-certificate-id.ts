import { createHash } from 'node:crypto'
import { DerReader, OID, readObjectIdentifier, readUnsignedInteger, TAG } from '../asn1/index.ts'
import { EasycertsError } from '../errors/index.ts'
import {
  type Certificate,
  type SerialNumber,
  serialNumberOf,
  subjectPublicKeyBits,
} from '../x509/index.ts'

/** Which certificate a client asks about (RFC 6960 §4.1.1). */
export interface OcspCertificateId {
  /** As it came: the answer repeats it byte for byte. */
  readonly encoding: Buffer
  /** undefined: a hash that we do not compute. */
  readonly hash: OcspHash | undefined
  readonly issuerNameHash: Buffer
  readonly issuerKeyHash: Buffer
  readonly serialNumber: SerialNumber
}

/** SHA-256 is what RFC 9919 asks for; SHA-1 is what clients in use still send. It is a label here. */
const HASHES = { [OID.sha1]: 'sha1', [OID.sha256]: 'sha256' } as const

export type OcspHash = (typeof HASHES)[keyof typeof HASHES]

/** How an issuer is named under each hash. */
export type OcspIssuerNames = Readonly<
  Record<OcspHash, { readonly name: Buffer; readonly key: Buffer }>
>

export const ocspIssuerNames = ({ subjectDer, spki }: Certificate): OcspIssuerNames => {
  const under = (hash: OcspHash) => ({
    name: createHash(hash).update(subjectDer).digest(),
    key: createHash(hash).update(subjectPublicKeyBits(spki)).digest(),
  })
  return { sha1: under('sha1'), sha256: under('sha256') }
}

/** Whether a client asks about a certificate of this issuer. */
export const isOfIssuer = (id: OcspCertificateId, names: OcspIssuerNames): boolean => {
  const own = id.hash && names[id.hash]
  return own !== undefined && own.name.equals(id.issuerNameHash) && own.key.equals(id.issuerKeyHash)
}

// RFC 5280 §4.1.2.2: 20 octets, and one that keeps the number positive.
const MAX_SERIAL_OCTETS = 21

export const readOcspCertificateId = (request: DerReader): OcspCertificateId => {
  const element = request.expect(TAG.SEQUENCE, 'certificate id')
  const id = new DerReader(element.content)
  const algorithm = id.enter('hash algorithm')
  const oid = readObjectIdentifier(algorithm.expect(TAG.OBJECT_IDENTIFIER, 'hash').content)
  // RFC 5754 §2: absent or NULL, both are in use.
  const parameters = algorithm.optional(TAG.NULL)
  algorithm.end('hash algorithm')
  const issuerNameHash = id.expect(TAG.OCTET_STRING, 'hash of the name').content
  const issuerKeyHash = id.expect(TAG.OCTET_STRING, 'hash of the key').content
  const serialNumber = readUnsignedInteger(id.expect(TAG.INTEGER, 'serial number').content)
  id.end('certificate id')
  if (serialNumber.length > MAX_SERIAL_OCTETS || (parameters?.content.length ?? 0) > 0)
    throw new EasycertsError('ERR_DER_MALFORMED', 'malformed DER: certificate id')
  return {
    encoding: element.encoding,
    hash: Object.hasOwn(HASHES, oid) ? HASHES[oid as keyof typeof HASHES] : undefined,
    issuerNameHash,
    issuerKeyHash,
    serialNumber: serialNumberOf(serialNumber),
  }
}
