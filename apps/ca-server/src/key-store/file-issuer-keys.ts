import { readSecretFile, writeFileDurably } from '@easycerts/adapters/files'
import { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, generateSigningKey, parseSigningKey } from '@easycerts/shared/key'
import type { DataPaths } from '../config/data-paths.ts'
import { checkPresent } from '../data-directory/check-data-directory.ts'
import type { IssuerKeys, KeptKey, NewIssuerKeys } from './issuer-keys.ts'

/** What the records say of a key that lies in the data directory, under its issuer's id. */
export const FILE_LOCATION = 'file'

/** PKCS#8 files in a new data directory, encrypted where there is a secret. */
export const newFileKeys = (paths: DataPaths, secret: string | undefined): NewIssuerKeys => {
  const adopt = async (issuerId: string, key: ExportableKey): Promise<KeptKey> => {
    const content = formatKeyFile(key, secret)
    await writeFileDurably({ path: paths.issuerKey(issuerId), content, mode: 0o600 })
    return { key, location: FILE_LOCATION }
  }
  return {
    adopt,
    generate: async (issuerId, algorithm) => adopt(issuerId, await generateSigningKey(algorithm)),
    // They lie in the data directory and go with it.
    discard: () => undefined,
    close: () => undefined,
  }
}

/** The same files, opened. ERR_DATA_DIRECTORY_BROKEN, ERR_FILE_UNSAFE. */
export const fileIssuerKeys = (
  paths: DataPaths,
  uid: number,
  secret: string | undefined,
): IssuerKeys => ({
  open: ({ issuerId, publicKey }) => {
    const path = paths.issuerKey(issuerId)
    checkPresent(path)
    const key = parseKeyFile(path, readSecretFile(path, uid), secret)
    if (key.publicKey.pin !== publicKey.pin)
      throw broken(`${path} is not the key of issuer ${issuerId}`)
    return key
  },
  close: () => undefined,
})

/**
 * PKCS#8 (RFC 5958), under PBES2 with AES-256-CBC where there is a secret. That secret is 256
 * random or scrypt-derived bits, so PBKDF2's count of iterations carries no weight; and a changed
 * file shows when its key does not match the certificate.
 */
export const formatKeyFile = (key: ExportableKey, secret: string | undefined): Secret<string> =>
  new Secret(
    key.keyObject
      .export({
        type: 'pkcs8',
        format: 'pem',
        ...(secret === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: secret }),
      })
      .toString(),
  )

/** ERR_DATA_DIRECTORY_BROKEN names the file that does not open. */
export const parseKeyFile = (
  path: string,
  pem: string,
  secret: string | undefined,
): ExportableKey => {
  try {
    return parseSigningKey(pem, secret)
  } catch {
    throw broken(
      `${path} cannot be opened as a private key`,
      'the file is damaged, or keys and protection are of two different CAs: restore the directory from a backup',
    )
  }
}

const broken = (message: string, hint?: string) =>
  new EasycertsError('ERR_DATA_DIRECTORY_BROKEN', message, hint === undefined ? {} : { hint })
