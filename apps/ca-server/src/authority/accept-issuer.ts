import { OID } from '@easycerts/shared/asn1'
import { EasycertsError } from '@easycerts/shared/errors'
import { parsePublicKey, type PublicKey } from '@easycerts/shared/key'
import type { IssuerPurpose } from '@easycerts/shared/profile'
import { type Certificate, findIssuerPath, formatName } from '@easycerts/shared/x509'

/** A certificate that may stand for an issuer of ours. */
export interface AcceptedIssuer {
  readonly certificate: Certificate
  /** Up to the self-signed root; empty where it is one. */
  readonly above: readonly Certificate[]
  readonly publicKey: PublicKey
  /** What an operator should know and nothing depends on. */
  readonly notes: readonly string[]
}

const ANY_EXTENDED_KEY_USAGE = '2.5.29.37.0'

/** Where a CA lists usages, Go and OpenSSL hold its leaves to them. */
const USAGES: Readonly<Record<IssuerPurpose, readonly string[]>> = {
  cluster: [OID.clientAuth, OID.serverAuth],
  etcd: [OID.clientAuth, OID.serverAuth],
  'front-proxy': [OID.clientAuth],
  enrolment: [OID.clientAuth, OID.serverAuth],
}

/**
 * Judges a CA certificate that was made elsewhere, with the certificates that came along.
 * ERR_ISSUER_NOT_ACCEPTED.
 */
export const acceptIssuer = (
  certificate: Certificate,
  pool: readonly Certificate[],
  { purpose, now }: { readonly purpose: IssuerPurpose; readonly now: Date },
): AcceptedIssuer => {
  const above = findIssuerPath(certificate, pool, now)
  const publicKey = acceptKey(certificate)
  const { extendedKeyUsage, subject } = certificate
  const missing = USAGES[purpose].find(
    (usage) =>
      extendedKeyUsage &&
      !extendedKeyUsage.includes(usage) &&
      !extendedKeyUsage.includes(ANY_EXTENDED_KEY_USAGE),
  )
  if (missing !== undefined)
    throw new EasycertsError(
      'ERR_ISSUER_NOT_ACCEPTED',
      `certificate of ${formatName(subject)} is limited to other usages than ${purpose} needs`,
      { hint: 'have it issued without extended key usages, or with serverAuth and clientAuth' },
    )
  if (subject.length === 0)
    throw new EasycertsError('ERR_ISSUER_NOT_ACCEPTED', 'a CA certificate has no subject')
  return { certificate, above, publicKey, notes: notesOn(certificate) }
}

const notesOn = ({ subject, keyUsage, basicConstraints }: Certificate): string[] => [
  ...(keyUsage && !keyUsage.includes('cRLSign')
    ? [`${formatName(subject)} lacks the key usage cRLSign: verifiers refuse CRLs of it`]
    : []),
  ...(basicConstraints?.pathLength === 0
    ? []
    : [`${formatName(subject)} has no path length of 0: with its key, more CAs can be made`]),
]

const acceptKey = ({ spki, subject }: Certificate): PublicKey => {
  try {
    return parsePublicKey(spki)
  } catch (cause) {
    const reason = cause instanceof EasycertsError ? `: ${cause.message}` : ''
    throw new EasycertsError(
      'ERR_ISSUER_NOT_ACCEPTED',
      `key of ${formatName(subject)} is not acceptable${reason}`,
      { cause },
    )
  }
}
