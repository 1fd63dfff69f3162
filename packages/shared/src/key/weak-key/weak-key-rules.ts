import type { KnownBadKeys } from '../known-bad-keys.ts'
import { ed25519Canonical } from './ed25519-canonical.ts'
import { ed25519SmallOrder } from './ed25519-small-order.ts'
import { keyNotKnownBad } from './key-not-known-bad.ts'
import { rsaClosePrimes } from './rsa-close-primes.ts'
import { rsaExponent } from './rsa-exponent.ts'
import { rsaModulusSize } from './rsa-modulus-size.ts'
import { rsaRoca } from './rsa-roca.ts'
import { rsaSmallFactors } from './rsa-small-factors.ts'
import type { Ed25519KeyRule, KeyMaterial, RsaKeyRule, WeakKeyRule } from './weak-key-rule.ts'

/** For every key, then for those of one family; in the order in which they are tried, cheap ones first. */
export const WEAK_KEY_RULES = {
  every: [keyNotKnownBad],
  rsa: [rsaModulusSize, rsaExponent, rsaSmallFactors, rsaRoca, rsaClosePrimes],
  ed25519: [ed25519Canonical, ed25519SmallOrder],
} as const satisfies {
  readonly every: readonly WeakKeyRule[]
  readonly rsa: readonly RsaKeyRule[]
  readonly ed25519: readonly Ed25519KeyRule[]
}

/** Which rule a key breaks, and how. */
export interface KeyFault {
  readonly rule: string
  readonly reason: string
}

export const findKeyFault = (
  material: KeyMaterial,
  knownBadKeys: KnownBadKeys,
): KeyFault | undefined =>
  firstFault<KeyMaterial>(WEAK_KEY_RULES.every, material, knownBadKeys) ??
  (material.family === 'rsa'
    ? firstFault(WEAK_KEY_RULES.rsa, material, knownBadKeys)
    : material.family === 'ed25519'
      ? firstFault(WEAK_KEY_RULES.ed25519, material, knownBadKeys)
      : undefined)

const firstFault = <Material extends KeyMaterial>(
  rules: readonly WeakKeyRule<Material>[],
  material: Material,
  knownBadKeys: KnownBadKeys,
): KeyFault | undefined => {
  for (const { name, findFault } of rules) {
    const reason = findFault(material, knownBadKeys)
    if (reason !== undefined) return { rule: name, reason }
  }
  return undefined
}
