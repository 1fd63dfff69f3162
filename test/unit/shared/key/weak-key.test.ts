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
import { isOfSmallOrder } from '../../../support/ed25519-points.ts'
import { KEYS_IN_RFCS } from '../../../support/published-keys.ts'
import { codeOf } from '../../../support/to-throw-code.ts'
import { SMALL_ORDER_Y, SOUND_MODULUS, WEAK_KEYS } from '../../../support/weak-keys.ts'
import { closePrimes, rsaSpki } from '../../../support/weak-rsa.ts'

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

describe('a weak key', () => {
  it.each(WEAK_KEYS)('by %s is refused if it is one %s', { timeout: 60_000 }, (rule, _, make) => {
    expect(rejectedBy(make())).toBe(rule)
  })

  it('is tried for every rule', () => {
    const tried = new Set(WEAK_KEYS.map(([rule]) => rule))
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
    (exponent) => expect(rejectedBy(rsaSpki(SOUND_MODULUS, exponent))).toBe('none'),
  )

  it('passes if its primes are further apart than the rounds reach', () => {
    expect(rejectedBy(rsaSpki(closePrimes(530)))).toBe('none')
  })
})

describe('the points that are refused', () => {
  it('are those whose order divides 8', () => {
    expect(SMALL_ORDER_Y.map(isOfSmallOrder)).toEqual(SMALL_ORDER_Y.map(() => true))
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
