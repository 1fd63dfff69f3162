import {
  createPublicKey,
  type JsonWebKeyInput,
  type KeyObject,
  type PublicKeyInput,
} from 'node:crypto'
import { enterWhole, readOctetBits, TAG } from '../asn1/index.ts'
import { EasycertsError, isEasycertsError } from '../errors/index.ts'
import { type FixedKey, readFixedSpki } from './fixed-spki.ts'
import { KEY_ALGORITHM_ROWS, type KeyAlgorithm } from './key-algorithm.ts'
import { BUILT_IN_KNOWN_BAD_KEYS, type KnownBadKeys } from './known-bad-keys.ts'
import { type PublicKeyPin, pinOfSpki } from './public-key-pin.ts'
import { readRsaNumbers } from './rsa-numbers.ts'
import type { KeyMaterial } from './weak-key/weak-key-rule.ts'
import { findKeyFault } from './weak-key/weak-key-rules.ts'

/** A key that key policy accepted. */
export interface PublicKey {
  readonly algorithm: KeyAlgorithm
  readonly spki: Buffer
  readonly keyObject: KeyObject
  readonly pin: PublicKeyPin
}

/**
 * ERR_CSR_KEY_REJECTED for what is no key, off its curve, of a kind that is not accepted, weak, or in
 * a list of keys that others know.
 */
export const parsePublicKey = (
  spki: Buffer,
  knownBadKeys: KnownBadKeys = BUILT_IN_KNOWN_BAD_KEYS,
): PublicKey => {
  const pin = pinOfSpki(spki)
  const fixed = readFixedSpki(spki)
  return fixed ? parseFixed(spki, pin, fixed, knownBadKeys) : parseRsa(spki, pin, knownBadKeys)
}

const rejected = (reason: string) => new EasycertsError('ERR_CSR_KEY_REJECTED', reason)

const refuseWeak = (material: KeyMaterial, knownBadKeys: KnownBadKeys): void => {
  const fault = findKeyFault(material, knownBadKeys)
  if (fault) throw rejected(`${fault.reason} (${fault.rule})`)
}

const parseFixed = (
  spki: Buffer,
  pin: PublicKeyPin,
  { algorithm, jwk, key }: FixedKey,
  knownBadKeys: KnownBadKeys,
): PublicKey => {
  refuseWeak(
    algorithm === 'ed25519' ? { family: 'ed25519', pin, point: key } : { family: 'ec', pin },
    knownBadKeys,
  )
  return { algorithm, spki, pin, keyObject: importKey({ key: jwk, format: 'jwk' }) }
}

const RSA_IDENTIFIER = KEY_ALGORITHM_ROWS['rsa-2048'].keyIdentifier

/** Weak keys are refused before OpenSSL sees them, and hostile ones before anything is computed. */
const parseRsa = (spki: Buffer, pin: PublicKeyPin, knownBadKeys: KnownBadKeys): PublicKey => {
  const numbers = asRejection(() => {
    checkIdentifier(spki)
    return readRsaNumbers(spki)
  })
  if (!numbers) throw rejected('RSA key is larger than any that is accepted')
  refuseWeak({ family: 'rsa', pin, ...numbers }, knownBadKeys)
  const algorithm = `rsa-${numbers.modulusBits}` as KeyAlgorithm
  return { algorithm, spki, pin, keyObject: importKey({ key: spki, format: 'der', type: 'spki' }) }
}

/** What is malformed is no key: to whoever asks, the one is as good as the other. */
const asRejection = <Value>(read: () => Value): Value => {
  try {
    return read()
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_CSR_KEY_REJECTED') throw error
    throw rejected('public key cannot be read')
  }
}

/** Whatever is not RSA here is a point in another encoding, or a kind of key that is not accepted. */
const checkIdentifier = (spki: Buffer): void => {
  const fields = enterWhole(spki, 'public key')
  const identifier = fields.expect(TAG.SEQUENCE, 'key algorithm').encoding
  readOctetBits(fields.expect(TAG.BIT_STRING, 'key bits').content)
  if (identifier.equals(RSA_IDENTIFIER)) return
  const isKnown = Object.values(KEY_ALGORITHM_ROWS).some(({ keyIdentifier }) =>
    keyIdentifier.equals(identifier),
  )
  throw rejected(
    isKnown
      ? 'public key is not an uncompressed point of its curve'
      : 'key is of a kind that is not accepted',
  )
}

const importKey = (input: PublicKeyInput | JsonWebKeyInput): KeyObject => {
  try {
    return createPublicKey(input)
  } catch {
    throw rejected('public key cannot be read')
  }
}
