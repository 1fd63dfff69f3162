import { createHash } from 'node:crypto'
import {
  bitString,
  contextConstructed,
  contextPrimitive,
  enumerated,
  generalizedTime,
  NULL,
  objectIdentifier,
  octetString,
  OID,
  sequence,
  unsignedInteger,
} from '@easycerts/shared/asn1'
import { KEY_ALGORITHM_ROWS, type SigningKey } from '@easycerts/shared/key'
import { type Certificate, subjectPublicKeyBits } from '@easycerts/shared/x509'

/** cfssl's names of the hashes that a CertID may be made with. */
export const OCSP_HASHES = {
  SHA1: { digest: 'sha1', oid: OID.sha1 },
  SHA256: { digest: 'sha256', oid: OID.sha256 },
  SHA384: { digest: 'sha384', oid: OID.sha384 },
  SHA512: { digest: 'sha512', oid: OID.sha512 },
} as const

export type OcspHashName = keyof typeof OCSP_HASHES

export type CfsslOcspStatus =
  | { readonly kind: 'good' | 'unknown' }
  | { readonly kind: 'revoked'; readonly at: Date; readonly code: number }

export interface CfsslOcspAnswer {
  readonly certificate: Certificate
  readonly issuer: Certificate
  readonly status: CfsslOcspStatus
  readonly hash: OcspHashName
  readonly now: Date
  /** Milliseconds from thisUpdate to nextUpdate. */
  readonly interval: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const truncated = (time: Date, unit: number): Date =>
  new Date(Math.floor(time.getTime() / unit) * unit)

/**
 * An OCSP response as Go's library makes them for cfssl: the responder by its name, thisUpdate at the
 * full hour, and the responder's certificate unless it is the issuer itself.
 */
export const buildCfsslOcsp = (
  answer: CfsslOcspAnswer,
  responder: { readonly certificate: Certificate; readonly key: SigningKey },
): Buffer => {
  const { issuer, now, interval } = answer
  const { certificate, key } = responder
  const thisUpdate = truncated(now, HOUR)
  const data = sequence(
    contextConstructed(1, certificate.subjectDer),
    generalizedTime(truncated(now, MINUTE)),
    sequence(
      sequence(
        certificateId(answer),
        statusOf(answer.status),
        generalizedTime(thisUpdate),
        contextConstructed(0, generalizedTime(new Date(thisUpdate.getTime() + interval))),
      ),
    ),
  )
  const basic = sequence(
    data,
    KEY_ALGORITHM_ROWS[key.algorithm].signature,
    bitString(key.sign(data)),
    ...(certificate.der.equals(issuer.der)
      ? []
      : [contextConstructed(0, sequence(certificate.der))]),
  )
  return sequence(
    enumerated(0),
    contextConstructed(0, sequence(objectIdentifier(OID.ocspBasic), octetString(basic))),
  )
}

const certificateId = ({ certificate, issuer, hash }: CfsslOcspAnswer): Buffer => {
  const { digest, oid } = OCSP_HASHES[hash]
  const hashed = (octets: Buffer) => octetString(createHash(digest).update(octets).digest())
  return sequence(
    sequence(objectIdentifier(oid), NULL),
    hashed(issuer.subjectDer),
    hashed(subjectPublicKeyBits(issuer.spki)),
    unsignedInteger(Buffer.from(certificate.serialNumber, 'hex')),
  )
}

const statusOf = (status: CfsslOcspStatus): Buffer => {
  if (status.kind !== 'revoked')
    return contextPrimitive(status.kind === 'good' ? 0 : 2, Buffer.alloc(0))
  const at = generalizedTime(truncated(status.at, 1000))
  return status.code === 0
    ? contextConstructed(1, at)
    : contextConstructed(1, at, contextConstructed(0, enumerated(status.code)))
}
