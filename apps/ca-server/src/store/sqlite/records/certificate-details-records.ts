import { sha256Hex } from '@easycerts/shared/encoding'
import type {
  CertificateDetails,
  CertificateDetailsReading,
  CertificateRow,
} from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { CERTIFICATE_COLUMNS } from './certificate-records.ts'
import { prepareMany, prepareOne } from './rows.ts'

/** As many as the event loop can spare: a few milliseconds. */
const SEARCHED_ROWS = 2000

type Searched = Pick<CertificateRow, 'issuerId' | 'serialNumber'> & {
  readonly position: number
  readonly der: Buffer | null
}

export const certificateDetailsReading = (connection: Connection): CertificateDetailsReading => {
  const detailsFrom = (table: string) =>
    `SELECT ${CERTIFICATE_COLUMNS}, issued_at AS issuedAt, der FROM ${table}`
  // The index over both columns needs the first one: there are few issuers.
  const withSerial = ['certificates', 'archived_certificates']
    .map(
      (table) =>
        `${detailsFrom(table)} WHERE issuer_id IN (SELECT id FROM issuers) AND serial_number = @serial`,
    )
    .join(' UNION ALL ')
  const listWithSerial = prepareMany<CertificateDetails>(connection, withSerial)
  const search = prepareMany<Searched>(
    connection,
    `SELECT rowid AS position, issuer_id AS issuerId, serial_number AS serialNumber, der
     FROM certificates WHERE rowid < ? ORDER BY rowid DESC LIMIT ${SEARCHED_ROWS}`,
  )
  return {
    findCertificate: prepareOne<CertificateDetails>(
      connection,
      `${detailsFrom('certificates')} WHERE issuer_id = ? AND serial_number = ?`,
    ),
    listCertificatesWithSerial: (serial) => listWithSerial({ serial }),
    searchFingerprint: async (fingerprint, before = Number.MAX_SAFE_INTEGER) => {
      const rows = await search(before)
      const found = rows.find(({ der }) => der !== null && sha256Hex(der) === fingerprint)
      const last = rows.length < SEARCHED_ROWS ? undefined : rows.at(-1)
      return { found, next: last?.position ?? null }
    },
  }
}
