import { EasycertsError } from '../errors/index.ts'
import type { Certificate } from './certificate.ts'
import { isSelfIssued } from './certificate-chain.ts'
import { findForbiddenName, type NameConstraints, nameConstraintsOf } from './name-constraints.ts'

/**
 * The first name of a path, leaf first, that a CA further up does not permit (RFC 5280 §6.1.3 b and
 * c; an anchor binds what is below it like any other CA). ERR_CHAIN_INVALID for constraints that
 * nobody here can compare.
 */
export const findForbiddenOnPath = (path: readonly Certificate[]): string | undefined => {
  for (const [index, authority] of path.entries()) {
    const constraints = index === 0 ? undefined : readConstraints(authority)
    if (!constraints) continue
    for (const below of path.slice(0, index)) {
      // A CA that certifies its own next key is bound by nobody's constraints, unless it is the leaf.
      if (below !== path[0] && isSelfIssued(below)) continue
      const { subjectDer: subject, names } = below
      const forbidden = findForbiddenName(constraints, { subject, names })
      if (forbidden !== undefined) return forbidden
    }
  }
  return undefined
}

const readConstraints = (authority: Certificate): NameConstraints | undefined => {
  try {
    return nameConstraintsOf(authority)
  } catch (cause) {
    throw new EasycertsError(
      'ERR_CHAIN_INVALID',
      'a CA in the chain has name constraints that are not understood',
      { cause },
    )
  }
}
