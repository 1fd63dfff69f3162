import { EasycertsError } from '@easycerts/shared/errors'
import { parsePublicKey } from '@easycerts/shared/key'
import { ISSUER_PURPOSES, type IssuerPurpose } from '@easycerts/shared/profile'
import { isValidAt, parseCertificate, parseCertificateChain } from '@easycerts/shared/x509'
import {
  type Issuer,
  issuerOf,
  type IssuerRequestRow,
  type Issuers,
  type IssuerRow,
} from '../authority/index.ts'
import type { IssuerKeys } from '../key-store/index.ts'

interface Loading {
  /** What opens a key where it lies. */
  readonly keys: (location: string) => IssuerKeys
  readonly now: Date
}

/**
 * The issuers of the records with the keys of the directory, each pair checked.
 * ERR_DATA_DIRECTORY_BROKEN names what does not belong, ERR_ISSUER_AWAITED an issuer without a
 * certificate; and whatever the place of a key says.
 */
export const loadIssuers = (
  rows: readonly IssuerRow[],
  awaited: readonly IssuerRequestRow[],
  loading: Loading,
): Issuers => {
  const load = (purpose: IssuerPurpose): Issuer => {
    const row = rows.findLast((candidate) => candidate.purpose === purpose)
    if (!row && awaited.some((request) => request.purpose === purpose))
      throw new EasycertsError('ERR_ISSUER_AWAITED', `the ${purpose} issuer has no certificate yet`)
    if (!row)
      throw new EasycertsError('ERR_DATA_DIRECTORY_BROKEN', `the database has no ${purpose} issuer`)
    return loadIssuer(row, loading)
  }
  return Object.fromEntries(
    ISSUER_PURPOSES.map((purpose) => [purpose, load(purpose)]),
  ) as unknown as Issuers
}

const loadIssuer = (row: IssuerRow, { keys, now }: Loading): Issuer => {
  const certificate = parseCertificate(row.certificate)
  const reference = {
    issuerId: row.id,
    location: row.keyLocation,
    publicKey: parsePublicKey(certificate.spki),
  }
  const key = keys(row.keyLocation).open(reference)
  if (row.pin !== certificate.pin)
    throw new EasycertsError(
      'ERR_DATA_DIRECTORY_BROKEN',
      `the database names another key for issuer ${row.id} than its certificate`,
    )
  const above = row.chain === '' ? [] : parseCertificateChain(row.chain)
  for (const each of [certificate, ...above])
    if (!isValidAt(each.validity, now))
      throw new EasycertsError(
        'ERR_ISSUER_EXPIRES_FIRST',
        `issuer ${row.id} is valid only until ${each.validity.notAfter.toISOString()}`,
        {
          hint: 'is the clock of this machine right?',
        },
      )
  return issuerOf(row.id, row.purpose, [certificate, ...above], key)
}
