import { createPublicKey, type KeyObject } from 'node:crypto'
import { OID } from '../asn1/index.ts'
import { type Host, sameHost } from '../cluster/index.ts'
import { EasycertsError } from '../errors/index.ts'
import { type PublicKeyPin, verifySignature } from '../key/index.ts'
import { type Certificate } from './certificate.ts'
import { findForbiddenOnPath } from './constrained-path.ts'
import { isValidAt } from './validity.ts'

/** A path whose anchor a pin covers; everything holds but the dates, which have not been looked at. */
export interface PinnedPath {
  readonly leaf: Certificate
  readonly anchor: Certificate
  readonly path: readonly Certificate[]
}

// A server's chain is leaf, perhaps one intermediate, and the pinned CA.
const MAX_PATH = 4

/**
 * Validates the chain that a server sent against a set of pins (RFC 5280 §6, without dates):
 * each certificate signed by the next, up to the first one whose SPKI is pinned. Only that one is
 * trusted: that some other certificate of the message is pinned means nothing.
 * ERR_PIN_MISMATCH if no certificate is pinned, ERR_CHAIN_INVALID for everything else.
 */
export const validatePinnedPath = (
  chain: readonly Certificate[],
  pins: readonly PublicKeyPin[],
  dialled: Host,
): PinnedPath => {
  const end = chain.findIndex(({ pin }) => pins.includes(pin))
  const [leaf, anchor] = [chain[0], chain[end]]
  if (!leaf || !anchor)
    throw new EasycertsError(
      'ERR_PIN_MISMATCH',
      'the server showed no certificate that the ticket pins',
    )
  const path = chain.slice(0, end + 1)
  if (path.length > MAX_PATH) throw invalid('the chain is too long')
  if (path.length < 2) throw invalid('the pinned certificate is the server’s own')
  checkLeaf(leaf, dialled)
  path.slice(1).forEach((authority, below) => checkAuthority(authority, below))
  path.slice(1).forEach((authority, index) => checkSignature(path[index] ?? leaf, authority))
  const forbidden = findForbiddenOnPath(path)
  if (forbidden !== undefined) throw invalid(`a CA in the chain does not permit ${forbidden}`)
  return { leaf, anchor, path }
}

const invalid = (reason: string) => new EasycertsError('ERR_CHAIN_INVALID', reason)

const checkLeaf = (leaf: Certificate, dialled: Host): void => {
  if (leaf.basicConstraints?.isCa === true)
    throw invalid('the server shows a CA certificate as its own')
  if (leaf.extendedKeyUsage?.includes(OID.serverAuth) !== true)
    throw invalid('the server’s certificate is not for servers')
  const isNamed = leaf.names.some(
    (name) => (name.kind === 'dns' || name.kind === 'ip') && sameHost(name, dialled),
  )
  if (!isNamed) throw invalid(`the server’s certificate is not for ${dialled.value}`)
  if (!hasKnownCriticals(leaf, KNOWN_CRITICAL))
    throw invalid('the server’s certificate has a critical extension that is not known')
}

/** `below`: how many CA certificates stand between this one and the leaf. */
const checkAuthority = (authority: Certificate, below: number): void => {
  const { basicConstraints, keyUsage } = authority
  if (basicConstraints?.isCa !== true) throw invalid('a certificate in the chain is no CA')
  if (keyUsage?.includes('keyCertSign') !== true)
    throw invalid('a CA in the chain may not sign certificates')
  if (basicConstraints.pathLength !== undefined && basicConstraints.pathLength < below)
    throw invalid('the chain is longer than its CA allows')
  if (!hasKnownCriticals(authority, KNOWN_CRITICAL_OF_CA))
    throw invalid('a CA in the chain has a critical extension that is not known')
}

const KNOWN_CRITICAL = new Set<string>([
  OID.basicConstraints,
  OID.keyUsage,
  OID.extKeyUsage,
  OID.subjectAltName,
])

const KNOWN_CRITICAL_OF_CA = new Set([...KNOWN_CRITICAL, OID.nameConstraints])

// RFC 5280 §4.2: a critical extension that is not understood refuses the certificate.
const hasKnownCriticals = ({ extensions }: Certificate, known: ReadonlySet<string>): boolean =>
  [...extensions.values()].every(({ critical, oid }) => !critical || known.has(oid))

const checkSignature = (certificate: Certificate, authority: Certificate): void => {
  if (!certificate.issuer.equals(authority.subjectDer))
    throw invalid('a certificate in the chain was issued by another name')
  if (!isSignedBy(certificate, authority)) throw invalid('a signature in the chain does not verify')
}

/** What certificates and CRLs have in common: octets, and a signature over them. */
export type Signed = Pick<Certificate, 'tbs' | 'signatureAlgorithm' | 'signature'>

/** Whether the signature verifies; nothing is said about whether the signer may sign. */
export const isSignedBy = (signed: Signed, authority: Certificate): boolean => {
  const key = importKey(authority)
  return (
    key !== undefined &&
    verifySignature(signed.signatureAlgorithm, key, signed.tbs, signed.signature) === true
  )
}

/** The authority's key; undefined for one that OpenSSL cannot read, which verifies nothing. */
const importKey = ({ spki }: Certificate): KeyObject | undefined => {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

/** Whether one of these CAs issued it, by name and signature. */
export const isIssuedByAny = (
  certificate: Certificate,
  authorities: readonly Certificate[],
): boolean =>
  authorities.some(
    (authority) =>
      certificate.issuer.equals(authority.subjectDer) && isSignedBy(certificate, authority),
  )

/** The first certificate of a path that is not valid at an instant. */
export const findOutOfDate = (
  path: readonly Certificate[],
  instant: Date,
): Certificate | undefined => path.find(({ validity }) => !isValidAt(validity, instant))
