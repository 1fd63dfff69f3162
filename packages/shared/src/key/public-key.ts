import {
  createPublicKey,
  type JsonWebKeyInput,
  type KeyObject,
  type PublicKeyInput,
} from 'node:crypto'
import { enterWhole, readOctetBits, TAG } from '../asn1/index.ts'
import { type Brand, sha256 } from '../encoding/index.ts'
import { EasycertsError, isEasycertsError } from '../errors/index.ts'
import { readFixedSpki } from './fixed-spki.ts'
import { algorithmOfKey, KEY_ALGORITHM_ROWS, type KeyAlgorithm } from './key-algorithm.ts'

/** SHA-256 over SubjectPublicKeyInfo DER, hex: one key, one text (RFC 7469 §2.4, kubeadm's pin). */
export type PublicKeyPin = Brand<string, 'PublicKeyPin'>

/** A key that key policy accepted. */
export interface PublicKey {
  readonly algorithm: KeyAlgorithm
  readonly spki: Buffer
  readonly keyObject: KeyObject
  readonly pin: PublicKeyPin
}

export const pinOfSpki = (spki: Uint8Array): PublicKeyPin =>
  sha256(spki).toString('hex') as PublicKeyPin

/** ERR_CSR_KEY_REJECTED for what is no key, off its curve, or weaker than policy. */
export const parsePublicKey = (spki: Buffer): PublicKey => {
  const fixed = readFixedSpki(spki)
  if (fixed) {
    const keyObject = importKey({ key: fixed.jwk, format: 'jwk' })
    return { algorithm: fixed.algorithm, spki, keyObject, pin: pinOfSpki(spki) }
  }
  const keyObject = importOther(spki)
  const algorithm = algorithmOfKey(keyObject)
  // One key must have one encoding, or the pin would not identify it (BER).
  if (!keyObject.export({ type: 'spki', format: 'der' }).equals(spki))
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'public key is not in its canonical encoding')
  return { algorithm, spki, keyObject, pin: pinOfSpki(spki) }
}

const importKey = (input: PublicKeyInput | JsonWebKeyInput): KeyObject => {
  try {
    return createPublicKey(input)
  } catch {
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'public key cannot be read')
  }
}

const importOther = (spki: Buffer): KeyObject => {
  try {
    checkForm(spki)
  } catch (error) {
    if (isEasycertsError(error) && error.code === 'ERR_CSR_KEY_REJECTED') throw error
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'public key cannot be read')
  }
  return importKey({ key: spki, format: 'der', type: 'spki' })
}

const UNCOMPRESSED_POINT = 0x04

/**
 * What must hold before OpenSSL sees the key: an identifier that we know (a curve by its name, never
 * by parameters), and a point with both coordinates. Node aborts, all of it, when it is asked what
 * kind of key the point at infinity is.
 */
const checkForm = (spki: Buffer): void => {
  const fields = enterWhole(spki, 'public key')
  const identifier = fields.expect(TAG.SEQUENCE, 'key algorithm').encoding
  const bits = readOctetBits(fields.expect(TAG.BIT_STRING, 'key bits').content)
  const row = Object.values(KEY_ALGORITHM_ROWS).find((known) =>
    known.keyIdentifier.equals(identifier),
  )
  if (!row)
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'key is of a kind that is not accepted')
  if (row.family === 'ec' && bits[0] !== UNCOMPRESSED_POINT)
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'public key is not an uncompressed point')
}
