import { X509Certificate } from 'node:crypto'
import { DerReader, enterWhole, OID, readObjectIdentifier, TAG } from '../asn1/index.ts'
import { EasycertsError } from '../errors/index.ts'
import type { Certificate } from './certificate.ts'
import { isSelfIssued } from './certificate-chain.ts'
import { formatName } from './distinguished-name.ts'
import { nameConstraintsOf } from './name-constraints.ts'
import { isValidAt } from './validity.ts'

// A root, a policy CA and an issuing one is what organisations have.
const MAX_ABOVE = 5

const refused = (certificate: Certificate, reason: string, hint?: string) =>
  new EasycertsError(
    'ERR_ISSUER_NOT_ACCEPTED',
    `certificate of ${formatName(certificate.subject)} ${reason}`,
    hint === undefined ? {} : { hint },
  )

/**
 * What stands above an issuer, up to its self-signed root, found among `pool` in any order (RFC 5280
 * §6.1: names, signatures of any algorithm that OpenSSL knows, CA flag, usage, path length, dates,
 * extensions). Empty for a root. ERR_ISSUER_NOT_ACCEPTED names the certificate that is at fault.
 */
export const findIssuerPath = (
  issuer: Certificate,
  pool: readonly Certificate[],
  now: Date,
): Certificate[] => {
  const path = [issuer]
  for (let top = issuer; !isRoot(top); top = path.at(-1) ?? top) {
    const parent = pool.find((candidate) => isParent(candidate, top))
    if (!parent)
      throw refused(
        top,
        'is signed by nobody among the certificates given',
        'give the whole chain, up to the self-signed root',
      )
    path.push(parent)
    if (path.length > MAX_ABOVE) throw refused(issuer, 'stands below too many others')
  }
  path.forEach((certificate, below) => checkAuthority(certificate, below, now))
  return path.slice(1)
}

/** Self-signed, and not only self-issued as a CA is that certifies its own next key. */
const isRoot = (certificate: Certificate): boolean =>
  isSelfIssued(certificate) && verifies(certificate, certificate)

const isParent = (candidate: Certificate, child: Certificate): boolean =>
  candidate.subjectDer.equals(child.issuer) &&
  !candidate.der.equals(child.der) &&
  namesSameKey(candidate, child) &&
  verifies(child, candidate)

/** OpenSSL and NSS refuse a parent whose key identifier is another than the child says. */
const namesSameKey = (candidate: Certificate, child: Certificate): boolean => {
  const expected = authorityKeyIdentifierOf(child)
  const actual = subjectKeyIdentifierOf(candidate)
  return !expected || !actual || expected.equals(actual)
}

const verifies = (child: Certificate, parent: Certificate): boolean => {
  try {
    return new X509Certificate(child.der).verify(new X509Certificate(parent.der).publicKey)
  } catch {
    return false
  }
}

const KNOWN_CRITICAL = new Set<string>([
  OID.basicConstraints,
  OID.keyUsage,
  OID.extKeyUsage,
  OID.nameConstraints,
])

/** `below`: how many CA certificates stand between this one and a leaf. */
const checkAuthority = (certificate: Certificate, below: number, now: Date): void => {
  const { basicConstraints, keyUsage, extensions } = certificate
  if (basicConstraints?.isCa !== true) throw refused(certificate, 'is no CA')
  if (keyUsage && !keyUsage.includes('keyCertSign'))
    throw refused(certificate, 'may not sign certificates')
  if (basicConstraints.pathLength !== undefined && basicConstraints.pathLength < below)
    throw refused(certificate, `allows a path length of ${basicConstraints.pathLength} only`)
  if (!isValidAt(certificate.validity, now)) throw refused(certificate, 'is not valid now')
  const unknown = [...extensions.values()].find(
    ({ critical, oid }) => critical && !KNOWN_CRITICAL.has(oid),
  )
  if (unknown) throw refused(certificate, `has the critical extension ${unknown.oid}`)
  nameConstraintsOf(certificate)
  if (!isSelfIssued(certificate) && isWeaklySigned(certificate))
    throw refused(certificate, 'is signed with SHA-1 or MD5')
}

// RFC 3279 §2.2: what Go, GnuTLS and browsers refuse; a root's own signature proves nothing.
const WEAK_SIGNATURES = new Set([
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10045.4.1',
])

const isWeaklySigned = ({ signatureAlgorithm }: Certificate): boolean => {
  const algorithm = enterWhole(signatureAlgorithm, 'signature algorithm')
  const oid = algorithm.expect(TAG.OBJECT_IDENTIFIER, 'signature algorithm').content
  return WEAK_SIGNATURES.has(readObjectIdentifier(oid))
}

/** What the certificate calls its own key; leaf certificates copy it (RFC 5280 §4.2.1.1). */
export const subjectKeyIdentifierOf = ({ extensions }: Certificate): Buffer | undefined => {
  const extension = extensions.get(OID.subjectKeyIdentifier)
  if (!extension) return undefined
  const reader = new DerReader(extension.value)
  const { content } = reader.expect(TAG.OCTET_STRING, 'key identifier')
  reader.end('key identifier')
  return content
}

/** The key identifier of the issuer (RFC 5280 §4.2.1.1); undefined where the certificate names none. */
export const authorityKeyIdentifierOf = ({ extensions }: Certificate): Buffer | undefined => {
  const extension = extensions.get(OID.authorityKeyIdentifier)
  return extension && enterWhole(extension.value, 'authority key').optional(0x80)?.content
}
