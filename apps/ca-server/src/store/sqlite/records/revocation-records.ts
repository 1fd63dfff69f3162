import type {
  CertificateRow,
  CrlRow,
  RevocationReading,
  RevocationRow,
  RevocationWriting,
} from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { CERTIFICATE_COLUMNS } from './certificate-records.ts'
import { prepareMany, prepareOne } from './rows.ts'
import { prepareAdd, prepareChange } from './statements.ts'

const REVOCATION_COLUMNS = `sequence, issuer_id AS issuerId, serial_number AS serialNumber, reason,
  revoked_at AS revokedAt, not_after AS notAfter`
const CRL_COLUMNS = `issuer_id AS issuerId, number, this_update AS thisUpdate,
  next_update AS nextUpdate, scheduled_at AS scheduledAt, last_revocation AS lastRevocation, entries,
  sha256`

export const revocationReading = (connection: Connection): RevocationReading => {
  const list = prepareMany<RevocationRow>(
    connection,
    `SELECT ${REVOCATION_COLUMNS} FROM revocations
     WHERE issuer_id = ? AND sequence > ? AND not_after >= ? ORDER BY sequence LIMIT ?`,
  )
  const findDocument = prepareOne<{ der: Buffer }>(
    connection,
    'SELECT der FROM crl_documents WHERE issuer_id = ?',
  )
  return {
    findRevocation: prepareOne(
      connection,
      `SELECT ${REVOCATION_COLUMNS} FROM revocations WHERE issuer_id = ? AND serial_number = ?`,
    ),
    listRevocations: ({ issuerId, after, notAfterFrom, limit }) =>
      list(issuerId, after, notAfterFrom, limit),
    findCrl: prepareOne<CrlRow>(connection, `SELECT ${CRL_COLUMNS} FROM crls WHERE issuer_id = ?`),
    findCrlDocument: async (issuerId) => (await findDocument(issuerId))?.der,
    listCertificatesOfNode: prepareMany<CertificateRow>(
      connection,
      `SELECT ${CERTIFICATE_COLUMNS} FROM certificates WHERE node = ? AND not_after > ?
       ORDER BY not_after`,
    ),
  }
}

export const revocationWriting = (connection: Connection): RevocationWriting => {
  const add = prepareAdd(
    connection,
    `INSERT INTO revocations (issuer_id, serial_number, reason, revoked_at, not_after)
     VALUES (?, ?, ?, ?, ?)`,
  )
  const revokeIdentities = prepareAdd(
    connection,
    `UPDATE identities SET revoked_at = ? WHERE node = ? AND key_pin = ? AND revoked_at IS NULL`,
  )
  const putCrl = prepareChange(
    connection,
    `INSERT INTO crls VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (issuer_id) DO UPDATE SET number = excluded.number,
     this_update = excluded.this_update, next_update = excluded.next_update,
     scheduled_at = excluded.scheduled_at, last_revocation = excluded.last_revocation,
     entries = excluded.entries, sha256 = excluded.sha256
     WHERE excluded.number > crls.number`,
  )
  const putDocument = prepareAdd(
    connection,
    `INSERT INTO crl_documents VALUES (?, ?)
     ON CONFLICT (issuer_id) DO UPDATE SET der = excluded.der`,
  )
  return {
    addRevocation: ({ issuerId, serialNumber, reason, revokedAt, notAfter }) =>
      add(issuerId, serialNumber, reason, revokedAt, notAfter),
    revokeIdentities: (node, keyPin, at) => revokeIdentities(at, node, keyPin),
    putCrl: async (row, der) => {
      await putCrl(
        row.issuerId,
        row.number,
        row.thisUpdate,
        row.nextUpdate,
        row.scheduledAt,
        row.lastRevocation,
        row.entries,
        row.sha256,
      )
      await putDocument(row.issuerId, der)
    },
  }
}
