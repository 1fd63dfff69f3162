import { formatCanonicalJson } from '@easycerts/shared/encoding'
import { isEasycertsError } from '@easycerts/shared/errors'
import { type Certificate, isIssuedByAny, parseCertificate } from '@easycerts/shared/x509'
import type { Connection } from '../connection.ts'
import type { DifferenceList } from './difference.ts'

interface Raw {
  readonly table: string
  readonly issuer_id: string
  readonly serial_number: string
  readonly not_after: string
  readonly der: Buffer
}

const TABLES = ['certificates', 'archived_certificates']

const COLUMNS = 'issuer_id, serial_number, not_after, der'

/** The issuer's signature on every certificate, archived or not; gives how many there are. */
export const checkCertificates = (
  connection: Connection,
  differences: DifferenceList,
  onRow: () => void,
): number => {
  const issuers = new Map(
    connection
      .prepare<[], { id: string; certificate: Buffer }>('SELECT id, certificate FROM issuers')
      .all()
      .map(({ id, certificate }) => [id, parsedOrUndefined(certificate)]),
  )
  const selects = TABLES.map(
    (table) => `SELECT '${table}' AS "table", ${COLUMNS} FROM ${table} WHERE der IS NOT NULL`,
  )
  const rows = connection.prepare<[], Raw>(selects.join(' UNION ALL '))
  let count = 0
  for (const row of rows.iterate()) {
    count += 1
    onRow()
    const problem = problemOf(row, issuers.get(row.issuer_id))
    const { table, issuer_id, serial_number } = row
    if (problem !== undefined)
      differences.add(table, formatCanonicalJson({ issuer_id, serial_number }), problem)
  }
  return count
}

const problemOf = (row: Raw, issuer: Certificate | undefined): string | undefined => {
  const certificate = parsedOrUndefined(row.der)
  if (!certificate) return 'the certificate cannot be read'
  if (!issuer || !isIssuedByAny(certificate, [issuer])) return 'the issuer did not sign it'
  const isAsRecorded =
    certificate.serialNumber === row.serial_number &&
    certificate.validity.notAfter.toISOString() === row.not_after
  return isAsRecorded ? undefined : 'the certificate is not what its row says'
}

const parsedOrUndefined = (der: unknown): Certificate | undefined => {
  try {
    return Buffer.isBuffer(der) ? parseCertificate(der) : undefined
  } catch (error) {
    if (isEasycertsError(error)) return undefined
    throw error
  }
}
