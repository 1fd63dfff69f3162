import { verify, createPublicKey } from 'node:crypto'
import * as v from 'valibot'
import { sha256 } from '../encoding/index.ts'
import type { SigningKey } from '../key/index.ts'
import {
  malformedTrust,
  MAX_TRUST_OCTETS,
  parseTrustDocument,
  type TrustDocument,
} from './trust-document.ts'
import { type TrustKeyEntry, trustKeyIdOf } from './trust-entry.ts'

const base64url = (maxOctets: number) =>
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.maxLength(Math.ceil((maxOctets * 4) / 3)))

const MAX_KEYS = 8

/** A version of the trust document as it is stored and sent. */
export const signedTrustSchema = v.object({
  /** The octets that were signed. */
  document: base64url(MAX_TRUST_OCTETS),
  signatures: v.pipe(
    v.array(v.object({ keyId: v.pipe(v.string(), v.maxLength(64)), signature: base64url(64) })),
    v.minLength(1),
    v.maxLength(MAX_KEYS),
  ),
  /** DER of the certificates that the enrolment issuer gave the trust keys, for whoever knows only that one. */
  certifications: v.pipe(v.array(base64url(8192)), v.maxLength(MAX_KEYS)),
})

export type SignedTrust = v.InferOutput<typeof signedTrustSchema>

/** A version with what its octets say; whose signatures verify is asked with `signersOf`. */
export interface TrustVersion {
  readonly signed: SignedTrust
  readonly octets: Buffer
  readonly document: TrustDocument
}

const CONTEXT = 'easycerts trust v1\0'

/** What a trust key signs: nothing else that we sign begins like this. */
export const trustMessageOf = (octets: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(CONTEXT, 'latin1'), sha256(octets)])

/** The keys must be Ed25519, and no issuer's. */
export const signTrust = (
  octets: Uint8Array,
  keys: readonly SigningKey[],
): SignedTrust['signatures'] =>
  keys.map((key) => {
    if (key.algorithm !== 'ed25519') throw new TypeError('a trust document is signed with Ed25519')
    return {
      keyId: trustKeyIdOf(key.publicKey.spki),
      signature: key.sign(trustMessageOf(octets)).toString('base64url'),
    }
  })

/** ERR_TRUST_MALFORMED. */
export const parseSignedTrust = (value: unknown): TrustVersion => {
  const parsed = v.safeParse(signedTrustSchema, value)
  if (!parsed.success)
    throw malformedTrust(`field "${v.getDotPath(parsed.issues[0]) ?? 'document'}" is invalid`)
  const signed = parsed.output
  const octets = Buffer.from(signed.document, 'base64url')
  if (octets.toString('base64url') !== signed.document) throw malformedTrust('it is no base64url')
  return { signed, octets, document: parseTrustDocument(octets) }
}

/** Which of the keys signed it, by the signatures alone; the state of a key is the caller's to judge. */
export const signersOf = (
  { signed: { signatures }, octets }: TrustVersion,
  keys: readonly TrustKeyEntry[],
): TrustKeyEntry[] => {
  const message = trustMessageOf(octets)
  return keys.filter((key) => {
    const publicKey = createPublicKey({
      key: Buffer.from(key.publicKey, 'base64url'),
      format: 'der',
      type: 'spki',
    })
    return signatures.some(
      ({ keyId, signature }) =>
        keyId === key.id && verify(null, message, publicKey, Buffer.from(signature, 'base64url')),
    )
  })
}
