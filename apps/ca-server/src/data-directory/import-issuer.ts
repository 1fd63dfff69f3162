import { createPrivateKey, type KeyObject } from 'node:crypto'
import { statSync } from 'node:fs'
import { readTextFile } from '@easycerts/adapters/files'
import type { Secret } from '@easycerts/shared/encoding'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, signingKeyOf } from '@easycerts/shared/key'
import type { IssuerPurpose } from '@easycerts/shared/profile'
import { parseCertificateChain } from '@easycerts/shared/x509'
import { type AcceptedIssuer, acceptIssuer } from '../authority/index.ts'

/** A CA that exists, with its key. */
export interface ImportedIssuer extends AcceptedIssuer {
  readonly key: ExportableKey
}

export interface ImportWish {
  readonly purpose: IssuerPurpose
  /** PEM: the CA's certificate, and after it what stands above. */
  readonly certificateFile: string
  /** PEM: PKCS#1, SEC 1 or PKCS#8, perhaps encrypted. */
  readonly keyFile: string
  readonly passphrase: Secret<string> | undefined
  readonly now: Date
}

/**
 * Reads a CA's certificate and key and changes neither file. The certificate is kept byte for byte.
 * ERR_ISSUER_NOT_ACCEPTED, ERR_PASSPHRASE_REQUIRED, ERR_PASSPHRASE_WRONG, ERR_FILE_UNREADABLE.
 */
export const importIssuer = (wish: ImportWish): ImportedIssuer => {
  const { purpose, certificateFile, keyFile, now } = wish
  const [certificate, ...pool] = parseCertificateChain(readTextFile(certificateFile))
  const accepted = acceptIssuer(certificate, pool, { purpose, now })
  const key = readKey(wish)
  if (key.publicKey.pin !== certificate.pin)
    throw new EasycertsError(
      'ERR_ISSUER_NOT_ACCEPTED',
      `${keyFile} is not the key of ${certificateFile}`,
    )
  return { ...accepted, key, notes: [...accepted.notes, ...notesOnFile(keyFile)] }
}

const readKey = ({ keyFile, passphrase }: ImportWish): ExportableKey => {
  const keyObject = parseKey(keyFile, readTextFile(keyFile), passphrase)
  try {
    return signingKeyOf(keyObject)
  } catch (error) {
    const reason = isEasycertsError(error) ? error.message : 'it cannot be used'
    throw new EasycertsError(
      'ERR_ISSUER_NOT_ACCEPTED',
      `the key in ${keyFile} is not acceptable: ${reason}`,
      { hint: 'make a new CA, and rotate to it: a weak key protects nobody' },
    )
  }
}

/** Without its words: OpenSSL's may quote the input. */
const parseKey = (path: string, pem: string, passphrase: Secret<string> | undefined): KeyObject => {
  const isEncrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)
  if (isEncrypted && !passphrase)
    throw new EasycertsError('ERR_PASSPHRASE_REQUIRED', `the key in ${path} is encrypted`, {
      hint: 'give --import-passphrase-file FILE',
    })
  try {
    return createPrivateKey({
      key: pem,
      format: 'pem',
      ...(passphrase ? { passphrase: passphrase.reveal() } : {}),
    })
  } catch {
    throw isEncrypted
      ? new EasycertsError('ERR_PASSPHRASE_WRONG', `the passphrase does not open ${path}`, {
          hint: 'use the passphrase that this key was encrypted with',
        })
      : new EasycertsError('ERR_PEM_MALFORMED', `${path} holds no private key that can be read`)
  }
}

/**
 * An open file is no reason to refuse: its cluster trusts the key already, and here it is better
 * kept. But whoever could read it has it.
 */
const notesOnFile = (path: string): string[] => {
  const mode = statSync(path).mode & 0o777
  return (mode & 0o077) === 0
    ? []
    : [
        `${path} has mode 0${mode.toString(8)}: whoever read it is this CA too; plan a new CA and rotate to it`,
      ]
}
