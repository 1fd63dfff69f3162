import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'
import { Secret } from '../encoding/index.ts'
import { EasycertsError } from '../errors/index.ts'
import { KEY_ALGORITHM_ROWS, type KeyAlgorithm } from './key-algorithm.ts'
import { parsePublicKey, type PublicKey } from './public-key.ts'

const generate = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<{ privateKey: KeyObject }>

/**
 * Port: something that signs with one private key, which may live in memory, in a file or in a
 * token. `sign` gives the signature as X.509 wants it (ECDSA as DER).
 */
export interface SigningKey {
  readonly algorithm: KeyAlgorithm
  readonly publicKey: PublicKey
  sign(message: Uint8Array): Buffer
}

/** A signing key in memory that can be written down, for keys that a node or a person keeps. */
export interface ExportableKey extends SigningKey {
  readonly keyObject: KeyObject
  /** PKCS#8 PEM. */
  exportPem(): Secret<string>
}

export const signingKeyOf = (keyObject: KeyObject): ExportableKey => {
  const publicKey = parsePublicKey(
    createPublicKey(keyObject).export({ type: 'spki', format: 'der' }),
  )
  const { algorithm } = publicKey
  const { digest } = KEY_ALGORITHM_ROWS[algorithm]
  return {
    algorithm,
    publicKey,
    keyObject,
    sign: (message) => sign(digest, message, keyObject),
    exportPem: () => new Secret(keyObject.export({ type: 'pkcs8', format: 'pem' }).toString()),
  }
}

export const generateSigningKey = async (algorithm: KeyAlgorithm): Promise<ExportableKey> => {
  const { family, namedCurve, modulusLength } = KEY_ALGORITHM_ROWS[algorithm]
  const { privateKey } = await generate(family, { namedCurve, modulusLength })
  return signingKeyOf(privateKey)
}

/**
 * From PKCS#8 PEM, encrypted if a passphrase is given; the message never quotes the input.
 * ERR_PEM_MALFORMED, or ERR_CSR_KEY_REJECTED for a key that is weak or of another kind.
 */
export const parseSigningKey = (pem: string, passphrase?: string): ExportableKey =>
  signingKeyOf(readPrivateKey(pem, passphrase))

const readPrivateKey = (pem: string, passphrase?: string): KeyObject => {
  try {
    return createPrivateKey({
      key: pem,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase }),
    })
  } catch {
    throw new EasycertsError('ERR_PEM_MALFORMED', 'private key cannot be read')
  }
}
