import { readSecretFile } from '@easycerts/adapters/files'
import { EasycertsError } from '@easycerts/shared/errors'
import { parseSigningKey } from '@easycerts/shared/key'
import { ISSUER_PURPOSES, type IssuerPurpose } from '@easycerts/shared/profile'
import { isValidAt, parseCertificate } from '@easycerts/shared/x509'
import { type Issuer, issuerOf, type Issuers, type IssuerRow } from '../authority/index.ts'
import type { DataPaths } from '../config/data-paths.ts'
import { checkPresent } from './check-data-directory.ts'

interface Loading {
  readonly paths: DataPaths
  readonly uid: number
  /** What opens the key files; undefined for plaintext keys. */
  readonly secret: string | undefined
  readonly now: Date
}

/**
 * The issuers of the records with the keys of the directory, each pair checked.
 * ERR_DATA_DIRECTORY_BROKEN names the file that does not belong.
 */
export const loadIssuers = (rows: readonly IssuerRow[], loading: Loading): Issuers => {
  const load = (purpose: IssuerPurpose): Issuer => {
    const row = rows.findLast((candidate) => candidate.purpose === purpose)
    if (!row)
      throw new EasycertsError('ERR_DATA_DIRECTORY_BROKEN', `the database has no ${purpose} issuer`)
    return loadIssuer(row, loading)
  }
  return Object.fromEntries(
    ISSUER_PURPOSES.map((purpose) => [purpose, load(purpose)]),
  ) as unknown as Issuers
}

const loadIssuer = (row: IssuerRow, { paths, uid, secret, now }: Loading): Issuer => {
  const path = paths.issuerKey(row.id)
  checkPresent(path)
  const key = parseKey(path, readSecretFile(path, uid), secret)
  const certificate = parseCertificate(row.certificate)
  if (key.publicKey.pin !== certificate.pin || row.pin !== certificate.pin)
    throw new EasycertsError(
      'ERR_DATA_DIRECTORY_BROKEN',
      `${path} is not the key of issuer ${row.id}`,
    )
  if (!isValidAt(certificate.validity, now))
    throw new EasycertsError(
      'ERR_ISSUER_EXPIRES_FIRST',
      `issuer ${row.id} is valid only until ${certificate.validity.notAfter.toISOString()}`,
      {
        hint: 'is the clock of this machine right?',
      },
    )
  return issuerOf(row.id, row.purpose, certificate, key)
}

const parseKey = (path: string, pem: string, secret: string | undefined) => {
  try {
    return parseSigningKey(pem, secret)
  } catch {
    throw new EasycertsError(
      'ERR_DATA_DIRECTORY_BROKEN',
      `${path} cannot be opened as a private key`,
      {
        hint: 'the file is damaged, or keys and protection are of two different CAs: restore the directory from a backup',
      },
    )
  }
}
