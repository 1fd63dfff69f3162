import { type ExportableKey, generateSigningKey, type KeyAlgorithm } from '@easycerts/shared/key'
import { Secret } from '@easycerts/shared/encoding'
import { cfsslError } from '../protocol/index.ts'
import type { KeyRequest } from './key-request.ts'

const ALGORITHMS: Readonly<Record<string, KeyAlgorithm>> = {
  'ecdsa 256': 'ecdsa-p256',
  'ecdsa 384': 'ecdsa-p384',
  'rsa 2048': 'rsa-2048',
  'rsa 3072': 'rsa-3072',
  'rsa 4096': 'rsa-4096',
}

const refused = (text: string) => cfsslError(2400, text)
const MIN_RSA = 2048
const MAX_RSA = 8192

/** One of the kinds that this CA certifies. CfsslFailure 2400, in cfssl's words where it has some. */
export const keyAlgorithmOf = ({ algorithm, size }: KeyRequest['key']): KeyAlgorithm => {
  const known = algorithm === 'ed25519' ? 'ed25519' : ALGORITHMS[`${algorithm} ${size}`]
  if (known) return known
  if (algorithm === 'rsa' && size < MIN_RSA) throw refused('RSA key is too weak')
  if (algorithm === 'rsa' && size > MAX_RSA) throw refused('RSA key size too large')
  if (algorithm === 'rsa') throw refused('RSA keys have 2048, 3072 or 4096 bits here')
  throw refused(algorithm === 'ecdsa' ? 'invalid curve' : 'invalid algorithm')
}

export const makeKey = ({ key }: KeyRequest): Promise<ExportableKey> =>
  generateSigningKey(keyAlgorithmOf(key))

/** PEM in the form that cfssl gives keys: SEC 1, PKCS#1, and PKCS#8 under a label of its own. */
export const legacyKeyPem = (key: ExportableKey): Secret<string> => {
  if (key.algorithm === 'ed25519')
    return new Secret(key.exportPem().reveal().replaceAll(' PRIVATE KEY', ' Ed25519 PRIVATE KEY'))
  const type = key.algorithm.startsWith('rsa') ? 'pkcs1' : 'sec1'
  return new Secret(key.keyObject.export({ type, format: 'pem' }).toString())
}
