import { type Brand, sha256 } from '../encoding/index.ts'

/** SHA-256 over SubjectPublicKeyInfo DER, hex: one key, one text (RFC 7469 §2.4, kubeadm's pin). */
export type PublicKeyPin = Brand<string, 'PublicKeyPin'>

export const pinOfSpki = (spki: Uint8Array): PublicKeyPin =>
  sha256(spki).toString('hex') as PublicKeyPin
