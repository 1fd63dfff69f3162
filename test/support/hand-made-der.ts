import {
  bitString,
  contextConstructed,
  encodeTlv,
  objectIdentifier,
  OID,
  sequence,
  setOf,
  smallInteger,
  TAG,
  time,
} from '@easycerts/shared/asn1'
import { encodePem } from '@easycerts/shared/encoding'
import { type ExportableKey, KEY_ALGORITHM_ROWS } from '@easycerts/shared/key'
import { encodeSubject } from '@easycerts/shared/x509'

/** The parts of a certificate as DER, each of which a test may put something else in place of. */
export interface CertificateParts {
  readonly version: Buffer
  readonly serialNumber: Buffer
  readonly algorithm: Buffer
  readonly issuer: Buffer
  readonly validity: Buffer
  readonly subject: Buffer
  readonly spki: Buffer
  /** Behind the key: extensions, and what should not be there. */
  readonly rest: Buffer
  readonly outerAlgorithm: Buffer
  readonly signature: Buffer
  /** Behind the signature. */
  readonly trailer: Buffer
}

const NOTHING = Buffer.alloc(0)
const NAME = encodeSubject({ commonName: 'somebody', organizations: [] })
const ALGORITHM = KEY_ALGORITHM_ROWS.ed25519.signature

/** A certificate whose signature means nothing: for what a parser must see before anybody verifies. */
export const handMadeCertificate = (parts: Partial<CertificateParts> = {}): Buffer => {
  const all: CertificateParts = {
    version: contextConstructed(0, smallInteger(2)),
    serialNumber: smallInteger(4096),
    algorithm: ALGORITHM,
    issuer: NAME,
    validity: sequence(
      time(new Date('2026-01-01T00:00:00Z')),
      time(new Date('2027-01-01T00:00:00Z')),
    ),
    subject: NAME,
    spki: sequence(ALGORITHM, bitString(Buffer.alloc(32, 7))),
    rest: NOTHING,
    outerAlgorithm: ALGORITHM,
    signature: bitString(Buffer.alloc(64)),
    trailer: NOTHING,
    ...parts,
  }
  const tbs = sequence(
    ...[all.version, all.serialNumber, all.algorithm, all.issuer, all.validity],
    ...[all.subject, all.spki, all.rest],
  )
  return sequence(tbs, all.outerAlgorithm, all.signature, all.trailer)
}

export const extensionsField = (...extensions: readonly Buffer[]): Buffer =>
  contextConstructed(3, sequence(...extensions))

/** A PKCS#10 request whose signature holds whatever stands in it. */
export interface RequestParts {
  readonly version?: Buffer
  readonly subject?: Buffer
  readonly spki?: Buffer
  /** Content of the attributes. */
  readonly attributes?: readonly Buffer[]
  /** Behind the attributes. */
  readonly rest?: Buffer
  readonly algorithm?: Buffer
  readonly trailer?: Buffer
}

export const handMadeRequest = (key: ExportableKey, parts: RequestParts = {}): Buffer => {
  const info = sequence(
    parts.version ?? smallInteger(0),
    parts.subject ?? sequence(),
    parts.spki ?? key.publicKey.spki,
    contextConstructed(0, ...(parts.attributes ?? [])),
    parts.rest ?? NOTHING,
  )
  return sequence(
    info,
    parts.algorithm ?? KEY_ALGORITHM_ROWS[key.algorithm].signature,
    bitString(key.sign(info)),
    parts.trailer ?? NOTHING,
  )
}

export const requestPem = (der: Buffer): string => encodePem('CERTIFICATE REQUEST', der)

export const extensionRequest = (...extensions: readonly Buffer[]): Buffer =>
  sequence(objectIdentifier(OID.extensionRequest), setOf(sequence(...extensions)))

/** An attribute of a name, of any string type. */
export const nameAttribute = (oid: string, tag: number, content: Buffer): Buffer =>
  sequence(objectIdentifier(oid), encodeTlv(tag, content))

export const utf8 = (text: string): readonly [number, Buffer] => [
  TAG.UTF8_STRING,
  Buffer.from(text, 'utf8'),
]
