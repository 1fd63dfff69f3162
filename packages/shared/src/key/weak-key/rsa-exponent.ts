import type { RsaKeyRule } from './weak-key-rule.ts'

const LEAST = 65537n
const BELOW = 2n ** 256n
// OpenSSL verifies nothing by a larger exponent beside a large modulus (crypto/rsa, OPENSSL_RSA_MAX_PUBEXP_BITS).
const LARGE_MODULUS_BITS = 3072
const BELOW_FOR_LARGE_MODULUS = 2n ** 64n

export const rsaExponent: RsaKeyRule = {
  name: 'rsa-exponent',
  requires:
    'RSA exponent odd, from 65537 to below 2^256 (below 2^64 where the modulus has over 3072 bits)',
  source: 'CA/Browser Forum Baseline Requirements §6.1.6, NIST SP 800-56B §6.2',
  findFault: ({ exponent, modulusBits }) => {
    const below = modulusBits > LARGE_MODULUS_BITS ? BELOW_FOR_LARGE_MODULUS : BELOW
    if (exponent % 2n === 0n) return 'RSA exponent is even'
    if (exponent < LEAST) return `RSA exponent is ${exponent.toString()}, less than 65537`
    return exponent < below ? undefined : 'RSA exponent is too large'
  },
}
