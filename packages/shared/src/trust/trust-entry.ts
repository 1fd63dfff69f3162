import * as v from 'valibot'
import { pinOfSpki, readFixedSpki } from '../key/index.ts'

/**
 * The life of what is trusted, in order: made, told to all nodes, signing, verified only, out of use.
 * distrusted: out of use from any other state, and never back.
 */
export const TRUST_STATES = [
  'prepared',
  'distributed',
  'active',
  'retiring',
  'retired',
  'distrusted',
] as const

export type TrustState = (typeof TRUST_STATES)[number]

const ID_DIGITS = 16

/** How a document calls a key: the first digits of its pin. */
export const trustKeyIdOf = (spki: Uint8Array): string => pinOfSpki(spki).slice(0, ID_DIGITS)

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(300))
const state = v.picklist(TRUST_STATES)
const pem = v.pipe(v.string(), v.maxLength(16_384))

interface OwnKey {
  readonly id: string
  readonly publicKey: string
}

const areNamedAsTheyAre = (keys: readonly OwnKey[]): boolean =>
  keys.every(({ id, publicKey }) => {
    const spki = Buffer.from(publicKey, 'base64url')
    return (
      spki.toString('base64url') === publicKey &&
      readFixedSpki(spki)?.algorithm === 'ed25519' &&
      trustKeyIdOf(spki) === id
    )
  })

const haveOwnIds = (entries: readonly { readonly id: string }[]): boolean =>
  new Set(entries.map((each) => each.id)).size === entries.length

const MAX_ENTRIES = 256

/** Ed25519 keys by id; `publicKey` is SPKI DER as base64url. */
export const ownKeys = v.pipe(
  v.array(v.looseObject({ id, publicKey: v.string(), state })),
  v.maxLength(MAX_ENTRIES),
  v.check((entries) => haveOwnIds(entries)),
  v.check((keys) => areNamedAsTheyAre(keys)),
)

/** CAs by issuer id; one certificate each. */
export const trustedIssuers = v.pipe(
  v.array(v.looseObject({ id, certificate: pem, state })),
  v.maxLength(MAX_ENTRIES),
  v.check((entries) => haveOwnIds(entries)),
)

/** Keys that sign service-account tokens, `<node>-<id of the key>`; `publicKey` is SPKI as PEM. */
export const serviceAccountKeys = v.pipe(
  v.array(v.looseObject({ id, publicKey: pem, state })),
  v.maxLength(MAX_ENTRIES),
  v.check((entries) => haveOwnIds(entries)),
)

export type TrustKeyEntry = v.InferOutput<typeof ownKeys>[number]
export type TrustedIssuer = v.InferOutput<typeof trustedIssuers>[number]
