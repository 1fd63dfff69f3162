import { X509Certificate } from 'node:crypto'
import type { Certificate } from './certificate.ts'

// A root, a policy CA and an issuing one is what organisations have.
const MAX_ABOVE = 5

/**
 * The CAs above a certificate, found among `others` in any order, up to the first of `anchors`, which
 * comes last. Signatures of any algorithm that OpenSSL knows; dates and names are not looked at.
 * Undefined if nothing leads to an anchor.
 */
export const findAnchoredPath = (
  leaf: Certificate,
  others: readonly Certificate[],
  anchors: readonly Certificate[],
): Certificate[] | undefined => {
  const path: Certificate[] = []
  for (let top = leaf; path.length < MAX_ABOVE; top = path.at(-1) ?? top) {
    const anchor = anchors.find((candidate) => hasSigned(candidate, top))
    if (anchor) return [...path, anchor]
    const next = others.find((candidate) => !path.includes(candidate) && hasSigned(candidate, top))
    if (!next) return undefined
    path.push(next)
  }
  return undefined
}

/** Whether a CA that may sign certificates has signed this one. */
const hasSigned = (authority: Certificate, child: Certificate): boolean =>
  authority.subjectDer.equals(child.issuer) &&
  !authority.der.equals(child.der) &&
  authority.basicConstraints?.isCa === true &&
  authority.keyUsage?.includes('keyCertSign') !== false &&
  verifies(child, authority)

const verifies = (child: Certificate, authority: Certificate): boolean => {
  try {
    return new X509Certificate(child.der).verify(new X509Certificate(authority.der).publicKey)
  } catch {
    return false
  }
}
