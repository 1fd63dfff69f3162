import type { JsonWebKey } from 'node:crypto'
import type { KeyAlgorithm } from './key-algorithm.ts'

/** A kind of key whose SubjectPublicKeyInfo is the same octets up to the key itself. */
interface FixedSpki {
  readonly algorithm: KeyAlgorithm
  readonly prefix: Buffer
  readonly keyLength: number
  readonly jwkOf: (key: Buffer) => JsonWebKey
}

/** `key`: the octets behind the prefix, a point as x and y or as Ed25519 writes it. */
export interface FixedKey {
  readonly algorithm: KeyAlgorithm
  readonly key: Buffer
  readonly jwk: JsonWebKey
}

const point =
  (crv: string) =>
  (key: Buffer): JsonWebKey => ({
    kty: 'EC',
    crv,
    x: key.subarray(0, key.length / 2).toString('base64url'),
    y: key.subarray(key.length / 2).toString('base64url'),
  })

// RFC 5480 §2 with the point uncompressed (0x04), RFC 8410 §4.
const FIXED: readonly FixedSpki[] = [
  {
    algorithm: 'ecdsa-p256',
    prefix: Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'),
    keyLength: 64,
    jwkOf: point('P-256'),
  },
  {
    algorithm: 'ecdsa-p384',
    prefix: Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex'),
    keyLength: 96,
    jwkOf: point('P-384'),
  },
  {
    algorithm: 'ed25519',
    prefix: Buffer.from('302a300506032b6570032100', 'hex'),
    keyLength: 32,
    jwkOf: (key) => ({ kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }),
  },
]

/**
 * A key in its one canonical encoding, as a JWK: importing that takes half the time of importing
 * the SPKI, and refuses a point off its curve all the same. undefined for every other encoding.
 */
export const readFixedSpki = (spki: Buffer): FixedKey | undefined => {
  const row = FIXED.find(
    ({ prefix, keyLength }) =>
      spki.length === prefix.length + keyLength && spki.subarray(0, prefix.length).equals(prefix),
  )
  if (!row) return undefined
  const key = spki.subarray(row.prefix.length)
  return { algorithm: row.algorithm, key, jwk: row.jwkOf(key) }
}
