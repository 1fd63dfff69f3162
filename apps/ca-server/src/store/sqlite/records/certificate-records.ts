import type {
  CertificateReading,
  CertificateRow,
  CertificateWriting,
} from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany, prepareOne } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

export const CERTIFICATE_COLUMNS = `issuer_id AS issuerId, serial_number AS serialNumber, profile, node, subject, requester, identity,
  key_pin AS keyPin, not_before AS notBefore, not_after AS notAfter, state, intended_at AS intendedAt`

export const certificateReading = (connection: Connection): CertificateReading => {
  const findOther = prepareOne<{ node: string }>(
    connection,
    `SELECT coalesce(node, 'operator') AS node FROM certificates WHERE key_pin = ? AND node IS NOT ?
     AND profile <> 'adopted' LIMIT 1`,
  )
  return {
    listCertificates: prepareMany<CertificateRow>(
      connection,
      `SELECT ${CERTIFICATE_COLUMNS} FROM certificates ORDER BY rowid DESC LIMIT ?`,
    ),
    findOtherHolder: async (keyPin, node) => (await findOther(keyPin, node))?.node,
  }
}

export const certificateWriting = (connection: Connection): CertificateWriting => {
  const addIntent = prepareAdd(
    connection,
    `INSERT INTO certificates (issuer_id, serial_number, profile, node, subject, requester, identity,
     key_pin, not_before, not_after, state, intended_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'intended', ?)`,
  )
  const record = prepareChange(
    connection,
    `UPDATE certificates SET state = 'issued', der = ?, issued_at = ?
     WHERE issuer_id = ? AND serial_number = ? AND state = 'intended'`,
  )
  const listIntended = connection.prepare<[], CertificateRow>(
    `SELECT ${CERTIFICATE_COLUMNS} FROM certificates WHERE state = 'intended'`,
  )
  const abandon = prepareAdd(
    connection,
    `UPDATE certificates SET state = 'abandoned' WHERE state = 'intended'`,
  )
  const abandonOne = prepareChange(
    connection,
    `UPDATE certificates SET state = 'abandoned'
     WHERE issuer_id = ? AND serial_number = ? AND state = 'intended'`,
  )
  return {
    addIntent: (row) =>
      addIntent(
        row.issuerId,
        row.serialNumber,
        row.profile,
        row.node,
        row.subject,
        row.requester,
        row.identity,
        row.keyPin,
        row.notBefore,
        row.notAfter,
        row.intendedAt,
      ),
    recordCertificate: (issuerId, serialNumber, der, issuedAt) =>
      record(der, issuedAt, issuerId, serialNumber),
    abandonIntents: async () => {
      const rows = listIntended.all()
      await abandon()
      return rows
    },
    abandonIntent: (issuerId, serialNumber) => abandonOne(issuerId, serialNumber),
  }
}
