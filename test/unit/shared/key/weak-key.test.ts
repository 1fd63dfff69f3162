import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isEasycertsError } from '@easycerts/shared/errors'
import {
  BUILT_IN_KNOWN_BAD_KEYS,
  generateSigningKey,
  KEY_ALGORITHMS,
  parseKnownBadKeys,
  parsePublicKey,
  parseSigningKey,
  WEAK_KEY_RULES,
} from '@easycerts/shared/key'
import { ed25519Spki, isOfSmallOrder } from '../../../support/ed25519-points.ts'
import { KEYS_IN_RFCS } from '../../../support/published-keys.ts'
import { seededRandom } from '../../../support/random.ts'
import { codeOf } from '../../../support/to-throw-code.ts'
import { closePrimes, oddNumber, rocaModulus, rsaSpki } from '../../../support/weak-rsa.ts'

const P = 2n ** 255n - 19n
/** y of a point of order 8 and its negative (RFC 7748 §7 speaks of them; libsodium lists them). */
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n
const SMALL = [0n, 1n, P - 1n, ORDER_8, P - ORDER_8]

/** The rule that refuses a key; 'none' if it is accepted. */
const rejectedBy = (spki: Buffer): string => {
  try {
    parsePublicKey(spki)
    return 'none'
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_CSR_KEY_REJECTED')
      return /\(([a-z0-9-]+)\)$/.exec(error.message)?.[1] ?? error.message
    throw error
  }
}

const GOOD = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
const MODULUS = BigInt(
  `0x${Buffer.from(GOOD.export({ format: 'jwk' }).n as string, 'base64url').toString('hex')}`,
)

const cases: readonly (readonly [string, string, () => Buffer])[] = [
  ['rsa-modulus-size', 'of 1024 bits', () => rsaSpki(oddNumber(1024))],
  ['rsa-modulus-size', 'of 2047 bits', () => rsaSpki(oddNumber(2047))],
  ['rsa-modulus-size', 'of 2304 bits', () => rsaSpki(oddNumber(2304))],
  ['rsa-modulus-size', 'of 4104 bits', () => rsaSpki(oddNumber(4104))],
  ['rsa-exponent', 'with exponent 1', () => rsaSpki(MODULUS, 1n)],
  ['rsa-exponent', 'with exponent 3', () => rsaSpki(MODULUS, 3n)],
  ['rsa-exponent', 'with exponent 65535', () => rsaSpki(MODULUS, 65535n)],
  ['rsa-exponent', 'with exponent 65538', () => rsaSpki(MODULUS, 65538n)],
  ['rsa-exponent', 'with an exponent of 257 bits', () => rsaSpki(MODULUS, 2n ** 256n + 1n)],
  [
    'rsa-exponent',
    'of 4096 bits with an exponent of 65',
    () => rsaSpki(oddNumber(4096), 2n ** 64n + 1n),
  ],
  ['rsa-small-factors', 'with an even modulus', () => rsaSpki(MODULUS - 1n)],
  [
    'rsa-small-factors',
    'divisible by 751',
    () => rsaSpki(MODULUS - (MODULUS % (2n * 751n)) + 751n),
  ],
  ['rsa-roca', 'with the fingerprint of ROCA', () => rsaSpki(rocaModulus(seededRandom(2017)))],
  ['rsa-close-primes', 'that is a square', () => rsaSpki(closePrimes(undefined))],
  ['rsa-close-primes', 'whose primes follow each other', () => rsaSpki(closePrimes(1))],
  ['rsa-close-primes', 'whose primes the rounds find', () => rsaSpki(closePrimes(516))],
  ...SMALL.flatMap((y) =>
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

describe('a weak key', () => {
  it.each(cases)('by %s is refused if it is one %s', { timeout: 60_000 }, (rule, _, make) => {
    expect(rejectedBy(make())).toBe(rule)
  })

  it('is tried for every rule', () => {
    const tried = new Set(cases.map(([rule]) => rule))
    const rules = Object.values(WEAK_KEY_RULES).flat()
    expect(rules.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
  })

  it('is not made a signing key either', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    expect(codeOf(() => parseSigningKey(pem))).toBe('ERR_CSR_KEY_REJECTED')
  })
})

describe('a sound key', () => {
  it('passes: of every algorithm, whatever it is', { timeout: 60_000 }, async () => {
    for (const algorithm of KEY_ALGORITHMS) {
      const { publicKey } = await generateSigningKey(algorithm)
      expect([algorithm, rejectedBy(publicKey.spki)]).toEqual([algorithm, 'none'])
    }
  })

  it.each([65537n, 65539n, 2n ** 32n + 15n, 2n ** 256n - 1n])(
    'passes with the exponent %s',
    (exponent) => expect(rejectedBy(rsaSpki(MODULUS, exponent))).toBe('none'),
  )

  it('passes if its primes are further apart than the rounds reach', () => {
    expect(rejectedBy(rsaSpki(closePrimes(530)))).toBe('none')
  })
})

describe('the points that are refused', () => {
  it('are those whose order divides 8', () => {
    expect(SMALL.map(isOfSmallOrder)).toEqual(SMALL.map(() => true))
    const others = Array.from({ length: 60 }, (_, index) => BigInt(index) + 2n)
    expect(others.map(isOfSmallOrder).filter((answer) => answer === true)).toEqual([])
  })
})

describe('parseKnownBadKeys', () => {
  const { publicKey } = generateKeyPairSync('ed25519')
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const { pin } = parsePublicKey(spki)

  it('adds the keys of an operator to the built-in ones', () => {
    const known = parseKnownBadKeys('bad', `# stolen in 2026\n\n${pin} # worker-7\r\n`)
    expect(codeOf(() => parsePublicKey(spki, known))).toBe('ERR_CSR_KEY_REJECTED')
    const [, published = ''] = KEYS_IN_RFCS[0] ?? []
    expect(codeOf(() => parsePublicKey(Buffer.from(published, 'base64'), known))).toBe(
      'ERR_CSR_KEY_REJECTED',
    )
    expect(BUILT_IN_KNOWN_BAD_KEYS.has(pin)).toBe(false)
  })

  it.each(['abc', pin.toUpperCase(), `${pin} ${pin}`, `sha256:${pin}`])(
    'refuses the line %j and says which it is, and each other one',
    (line) => {
      const parse = () => parseKnownBadKeys('bad', `# keys\n${line}\n${pin}\n!`)
      expect(codeOf(parse)).toBe('ERR_CONFIG_INVALID')
      expect(parse).toThrow(/^bad:2: [^\n]*\nbad:4: [^\n]*$/)
    },
  )
})
