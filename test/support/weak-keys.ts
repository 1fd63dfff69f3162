import { generateKeyPairSync } from 'node:crypto'
import { ed25519Spki } from './ed25519-points.ts'
import { KEYS_IN_RFCS } from './published-keys.ts'
import { seededRandom } from './random.ts'
import { closePrimes, oddNumber, rocaModulus, rsaSpki } from './weak-rsa.ts'

const P = 2n ** 255n - 19n
/** y of a point of order 8 and its negative (RFC 7748 §7 speaks of them; libsodium lists them). */
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n
export const SMALL_ORDER_Y = [0n, 1n, P - 1n, ORDER_8, P - ORDER_8]

const GOOD = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
/** Of a sound RSA key of 2048 bits. */
export const SOUND_MODULUS = BigInt(
  `0x${Buffer.from(GOOD.export({ format: 'jwk' }).n as string, 'base64url').toString('hex')}`,
)

/** The rule that refuses the key, what is wrong with it, and its SubjectPublicKeyInfo. */
export const WEAK_KEYS: readonly (readonly [string, string, () => Buffer])[] = [
  ['rsa-modulus-size', 'of 1024 bits', () => rsaSpki(oddNumber(1024))],
  ['rsa-modulus-size', 'of 2047 bits', () => rsaSpki(oddNumber(2047))],
  ['rsa-modulus-size', 'of 2304 bits', () => rsaSpki(oddNumber(2304))],
  ['rsa-modulus-size', 'of 4104 bits', () => rsaSpki(oddNumber(4104))],
  ['rsa-exponent', 'with exponent 1', () => rsaSpki(SOUND_MODULUS, 1n)],
  ['rsa-exponent', 'with exponent 3', () => rsaSpki(SOUND_MODULUS, 3n)],
  ['rsa-exponent', 'with exponent 65535', () => rsaSpki(SOUND_MODULUS, 65535n)],
  ['rsa-exponent', 'with exponent 65538', () => rsaSpki(SOUND_MODULUS, 65538n)],
  ['rsa-exponent', 'with an exponent of 257 bits', () => rsaSpki(SOUND_MODULUS, 2n ** 256n + 1n)],
  [
    'rsa-exponent',
    'of 4096 bits with an exponent of 65',
    () => rsaSpki(oddNumber(4096), 2n ** 64n + 1n),
  ],
  ['rsa-small-factors', 'with an even modulus', () => rsaSpki(SOUND_MODULUS - 1n)],
  [
    'rsa-small-factors',
    'divisible by 751',
    () => rsaSpki(SOUND_MODULUS - (SOUND_MODULUS % (2n * 751n)) + 751n),
  ],
  ['rsa-roca', 'with the fingerprint of ROCA', () => rsaSpki(rocaModulus(seededRandom(2017)))],
  ['rsa-close-primes', 'that is a square', () => rsaSpki(closePrimes(undefined))],
  ['rsa-close-primes', 'whose primes follow each other', () => rsaSpki(closePrimes(1))],
  ['rsa-close-primes', 'whose primes the rounds find', () => rsaSpki(closePrimes(516))],
  ...SMALL_ORDER_Y.flatMap((y) =>
    ([0, 1] as const).map(
      (sign) =>
        [
          'ed25519-small-order',
          `y = ${y.toString(16).slice(0, 8)}…, sign ${sign}`,
          () => ed25519Spki(y, sign),
        ] as const,
    ),
  ),
  ['ed25519-canonical', 'with y = p', () => ed25519Spki(P, 0)],
  ['ed25519-canonical', 'with y = p + 1', () => ed25519Spki(P + 1n, 1)],
  ['ed25519-canonical', 'with y = 2^255 − 1', () => ed25519Spki(2n ** 255n - 1n, 0)],
  ...KEYS_IN_RFCS.map(
    ([where, spki]) =>
      ['key-not-known-bad', `of ${where}`, () => Buffer.from(spki, 'base64')] as const,
  ),
]
