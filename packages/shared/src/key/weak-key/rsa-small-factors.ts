import { SMALL_PRIMES } from '../small-residues.ts'
import type { RsaKeyRule } from './weak-key-rule.ts'

export const rsaSmallFactors: RsaKeyRule = {
  name: 'rsa-small-factors',
  requires: 'RSA modulus without a factor below 752 (so it is odd)',
  source: 'NIST SP 800-89 §5.3.3, CA/Browser Forum Baseline Requirements §6.1.6',
  findFault: ({ residues }) => {
    const factor = SMALL_PRIMES.find((prime) => residues[prime] === 0)
    return factor === undefined ? undefined : `RSA modulus is divisible by ${factor}`
  },
}
