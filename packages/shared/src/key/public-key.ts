import { createPublicKey, type KeyObject } from 'node:crypto'
import { type Brand, sha256 } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'
import { algorithmOfKey, type KeyAlgorithm } from './key-algorithm.ts'

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
  const keyObject = importSpki(spki)
  const algorithm = algorithmOfKey(keyObject)
  // One key must have one encoding, or the pin would not identify it (compressed points, BER).
  if (!keyObject.export({ type: 'spki', format: 'der' }).equals(spki))
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'public key is not in its canonical encoding')
  return { algorithm, spki, keyObject, pin: pinOfSpki(spki) }
}

const importSpki = (spki: Buffer): KeyObject => {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' })
  } catch {
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'public key cannot be read')
  }
}
