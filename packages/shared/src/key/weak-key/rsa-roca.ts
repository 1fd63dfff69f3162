import { SMALL_PRIMES } from '../small-residues.ts'
import type { RsaKeyRule } from './weak-key-rule.ts'

/** Infineon's generator made its primes as k·M + (65537^a mod M), M the product of the first primes. */
const GENERATOR = 65537
/** The largest prime in the M of its smallest keys, so of all of its keys. */
const LARGEST_PRIME = 167

const powersModulo = (prime: number): ReadonlySet<number> => {
  const powers = new Set<number>()
  for (let power = 1; !powers.has(power); power = (power * GENERATOR) % prime) powers.add(power)
  return powers
}

/** The primes modulo which the powers of 65537 are not all numbers, with these powers. */
const FINGERPRINT: readonly (readonly [number, ReadonlySet<number>])[] = SMALL_PRIMES.filter(
  (prime) => prime > 2 && prime <= LARGEST_PRIME,
)
  .map((prime) => [prime, powersModulo(prime)] as const)
  .filter(([prime, powers]) => powers.size < prime - 1)

export const rsaRoca: RsaKeyRule = {
  name: 'rsa-roca',
  requires: 'RSA modulus without the fingerprint of ROCA: a power of 65537 modulo 17 small primes',
  source: 'CVE-2017-15361, Nemec et al., “The Return of Coppersmith’s Attack”, CCS 2017',
  // A random modulus passes for one of Infineon's once in 2^27.
  findFault: ({ residues }) =>
    FINGERPRINT.every(([prime, powers]) => powers.has(residues[prime] ?? 0))
      ? 'RSA modulus has the ROCA fingerprint'
      : undefined,
}
