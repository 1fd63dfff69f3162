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
} from '../asn1/index.ts'
import { KEY_ALGORITHM_ROWS, type SigningKey } from '../key/index.ts'
import { encodeExtension, keyIdentifierOf } from '../x509/index.ts'
import { CERTIFICATE_HOLD, REVOCATION_REASONS, type RevocationReason } from './revocation-reason.ts'

/**
 * What is known of a serial number. `never-issued` is told as revoked since 1970 (RFC 6960 §2.2),
 * so that a certificate which this CA does not know is refused like one that it took back.
 */
export type OcspStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly at: Date; readonly reason: RevocationReason }
  | { readonly kind: 'never-issued' }

/** One certificate of a response. */
export interface OcspAnswer {
  /** DER of the CertID, as the client sent it. */
  readonly certificateId: Buffer
  readonly status: OcspStatus
}

export interface OcspResponseFacts {
  readonly answers: readonly OcspAnswer[]
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly nonce: Buffer | undefined
}

/** Who signs: a key, and the certificate that the issuer gave it for this. */
export interface OcspSigner {
  readonly key: SigningKey
  /** DER. */
  readonly certificate: Buffer
}

const SUCCESSFUL = 0

/** DER of a signed response (RFC 6960 §4.2). */
export const buildOcspResponse = (
  facts: OcspResponseFacts,
  { key, certificate }: OcspSigner,
): Buffer => {
  const data = sequence(
    contextConstructed(2, octetString(keyIdentifierOf(key.publicKey.spki))),
    generalizedTime(facts.thisUpdate),
    sequence(...facts.answers.map((answer) => encodeAnswer(answer, facts))),
    ...encodeResponseExtensions(facts),
  )
  const basic = sequence(
    data,
    KEY_ALGORITHM_ROWS[key.algorithm].signature,
    bitString(key.sign(data)),
    contextConstructed(0, sequence(certificate)),
  )
  return sequence(
    enumerated(SUCCESSFUL),
    contextConstructed(0, sequence(objectIdentifier(OID.ocspBasic), octetString(basic))),
  )
}

const encodeAnswer = (
  { certificateId, status }: OcspAnswer,
  { thisUpdate, nextUpdate }: OcspResponseFacts,
): Buffer =>
  sequence(
    certificateId,
    encodeStatus(status),
    generalizedTime(thisUpdate),
    contextConstructed(0, generalizedTime(nextUpdate)),
  )

const GOOD = contextPrimitive(0, Buffer.alloc(0))

const revokedInfo = (at: Date, code: number): Buffer =>
  code === REVOCATION_REASONS.unspecified
    ? contextConstructed(1, generalizedTime(at))
    : contextConstructed(1, generalizedTime(at), contextConstructed(0, enumerated(code)))

const NEVER_ISSUED = revokedInfo(new Date(0), CERTIFICATE_HOLD)

const encodeStatus = (status: OcspStatus): Buffer => {
  switch (status.kind) {
    case 'good':
      return GOOD
    case 'revoked':
      return revokedInfo(status.at, REVOCATION_REASONS[status.reason])
    case 'never-issued':
      return NEVER_ISSUED
  }
}

const EXTENDED_REVOKE = encodeExtension({
  oid: OID.ocspExtendedRevoke,
  critical: false,
  value: NULL,
})

const encodeResponseExtensions = ({ answers, nonce }: OcspResponseFacts): Buffer[] => {
  const extensions = [
    ...(nonce
      ? [encodeExtension({ oid: OID.ocspNonce, critical: false, value: octetString(nonce) })]
      : []),
    // RFC 6960 §4.4.8: whoever calls the unknown revoked says that this is what it does.
    ...(answers.some(({ status }) => status.kind === 'never-issued') ? [EXTENDED_REVOKE] : []),
  ]
  return extensions.length === 0 ? [] : [contextConstructed(1, sequence(...extensions))]
}

/** RFC 6960 §4.2.1; these are not signed. */
const FAILURES = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const

export type OcspFailure = keyof typeof FAILURES

export const buildOcspFailure = (failure: OcspFailure): Buffer =>
  sequence(enumerated(FAILURES[failure]))
