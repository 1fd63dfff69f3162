import type { KnownBadKeys } from '../known-bad-keys.ts'
import type { PublicKeyPin } from '../public-key-pin.ts'
import type { RsaNumbers } from '../rsa-numbers.ts'

/** What the rules see of a key. Of a point of a NIST curve nothing: its import checks all there is. */
export type KeyMaterial =
  | { readonly family: 'ec'; readonly pin: PublicKeyPin }
  | { readonly family: 'ed25519'; readonly pin: PublicKeyPin; readonly point: Buffer }
  | ({ readonly family: 'rsa'; readonly pin: PublicKeyPin } & RsaNumbers)

/** A weakness that makes a private key computable, guessable or known. */
export interface WeakKeyRule<Material extends KeyMaterial = KeyMaterial> {
  readonly name: string
  /** What a key must be, for people. */
  readonly requires: string
  readonly source: string
  /** Why the key is refused; undefined if the rule has nothing against it. */
  readonly findFault: (key: Material, knownBadKeys: KnownBadKeys) => string | undefined
}

export type RsaKeyRule = WeakKeyRule<KeyMaterial & { family: 'rsa' }>
export type Ed25519KeyRule = WeakKeyRule<KeyMaterial & { family: 'ed25519' }>
