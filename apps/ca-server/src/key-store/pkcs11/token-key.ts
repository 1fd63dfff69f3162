import { verify } from 'node:crypto'
import { KEY_ALGORITHM_ROWS, type PublicKey, type SigningKey } from '@easycerts/shared/key'
import type { Handle } from 'pkcs11js'
import { formatKeyUri, type TokenKeyName } from './key-uri.ts'
import { tokenAlgorithmOf } from './token-algorithm.ts'
import { unavailable } from './token-error.ts'
import type { TokenSession } from './token-session.ts'

// RSA-4096 makes the longest.
const MAX_SIGNATURE = 512

/**
 * A private key that stays in its token and signs there. ERR_PKCS11_UNAVAILABLE while the token is
 * away or has another key; the next call tries again.
 */
export const tokenKeyOf = (
  session: TokenSession,
  name: TokenKeyName,
  publicKey: PublicKey,
): SigningKey => {
  const { algorithm } = publicKey
  const row = tokenAlgorithmOf(algorithm)
  const { library, module } = session.cryptoki
  const mechanism = { mechanism: row.signMechanism(library) }
  return {
    algorithm,
    publicKey,
    sign: (message) =>
      session.run((handle) => {
        const key = session.handleOf(formatKeyUri(name), () => findKey(session, handle, name))
        module.C_SignInit(handle, mechanism, key)
        const signed = row.toBeSigned(algorithm, message)
        return row.signature(module.C_Sign(handle, signed, Buffer.alloc(MAX_SIGNATURE)))
      }),
  }
}

const findKey = (session: TokenSession, handle: Handle, { label, id }: TokenKeyName): Handle => {
  const { library, module } = session.cryptoki
  module.C_FindObjectsInit(handle, [
    { type: library.CKA_CLASS, value: library.CKO_PRIVATE_KEY },
    { type: library.CKA_ID, value: id },
  ])
  const [key, second] = module.C_FindObjects(handle, 2)
  module.C_FindObjectsFinal(handle)
  if (!key || second)
    throw unavailable(
      session.label,
      `it holds ${key ? 'several keys' : 'no key'} for ${label}`,
      'is it the token that was there when the CA was made?',
    )
  return key
}

const CHALLENGE = Buffer.from('easycerts: is this the key of the certificate?')

/** A certificate and a key with the same id may still be of two CAs: one signature tells. */
export const proveKey = (session: TokenSession, key: SigningKey, label: string): void => {
  const { digest } = KEY_ALGORITHM_ROWS[key.algorithm]
  if (!verify(digest, CHALLENGE, key.publicKey.keyObject, key.sign(CHALLENGE)))
    throw unavailable(
      session.label,
      `its key for ${label} is not the one of the certificate`,
      'is it the token that was there when the CA was made?',
    )
}
