import { OID } from '../asn1/index.ts'
import { EasycertsError } from '../errors/index.ts'
import { type Certificate, findOutOfDate, isIssuedByAny, parseCertificate } from '../x509/index.ts'
import { parseSignedTrust, signersOf } from './sign-trust.ts'
import type { AcceptedTrust } from './walk-trust.ts'

/** What a joining machine knows before it knows any trust key. */
export interface FirstTrust {
  /** The enrolment issuer that the ticket's pin covers. */
  readonly anchor: Certificate
  /** Name of the cluster that is joined. */
  readonly cluster: string
  readonly now: Date
}

export const TRUST_KEY_GROUP = 'easycerts:trust'

/**
 * The first version that a machine takes: signed by an active trust key of its own, which the anchor
 * has certified for that. ERR_TRUST_MALFORMED, ERR_TRUST_UNPROVEN.
 */
export const acceptFirstTrust = (
  value: unknown,
  { anchor, cluster, now }: FirstTrust,
): AcceptedTrust => {
  const version = parseSignedTrust(value)
  const { document, signed } = version
  if (document.cluster.name !== cluster)
    throw unprovenTrust(`it is of the cluster "${document.cluster.name}", not "${cluster}"`)
  const active = document.trustKeys.filter(({ state }) => state === 'active')
  const signers = new Set(signersOf(version, active).map(({ publicKey }) => publicKey))
  const isCertified = signed.certifications
    .flatMap((text) => readCertificate(Buffer.from(text, 'base64url')) ?? [])
    .some(
      (certificate) =>
        signers.has(certificate.spki.toString('base64url')) &&
        isTrustKeyCertificate(certificate) &&
        isIssuedByAny(certificate, [anchor]) &&
        findOutOfDate([certificate, anchor], now) === undefined,
    )
  if (isCertified) return version as AcceptedTrust
  throw unprovenTrust('no key that signed it is certified by the enrolment issuer')
}

/** Nothing vouches for a certification but its own signature: junk is one that certifies nobody. */
const readCertificate = (der: Buffer): Certificate | undefined => {
  try {
    return parseCertificate(der)
  } catch {
    return undefined
  }
}

const KNOWN_CRITICAL = new Set<string>([OID.basicConstraints, OID.keyUsage, OID.extKeyUsage])

/** For trust documents and nothing else: no other certificate of the issuer speaks for a trust key. */
const isTrustKeyCertificate = ({
  subject,
  basicConstraints,
  extendedKeyUsage = [],
  keyUsage = [],
  extensions,
}: Certificate): boolean =>
  subject.some(({ type, value }) => type === 'organizationName' && value === TRUST_KEY_GROUP) &&
  basicConstraints?.isCa !== true &&
  extendedKeyUsage.length === 1 &&
  extendedKeyUsage.includes(OID.documentSigning) &&
  keyUsage.length === 1 &&
  keyUsage.includes('digitalSignature') &&
  [...extensions.values()].every(({ critical, oid }) => !critical || KNOWN_CRITICAL.has(oid))

export const unprovenTrust = (reason: string) =>
  new EasycertsError('ERR_TRUST_UNPROVEN', `the trust document proves nothing: ${reason}`)
