import type {
  LegacyAnswerRow,
  LegacyUseReading,
  LegacyUseRow,
  LegacyUseWriting,
} from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareMany, prepareOne } from './rows.ts'
import { prepareAdd } from './statements.ts'

const MAX_USES = 10_000

export const legacyUseReading = (connection: Connection): LegacyUseReading => ({
  listLegacyUses: prepareMany<LegacyUseRow>(
    connection,
    `SELECT key_name AS key, address, common_name AS commonName, profile,
       first_used_at AS firstUsedAt, last_used_at AS lastUsedAt, uses,
       last_serial_number AS lastSerialNumber
     FROM legacy_uses ORDER BY last_used_at DESC, key_name, address, common_name
     LIMIT ${MAX_USES}`,
  ),
  findLegacyAnswer: prepareOne<LegacyAnswerRow>(
    connection,
    `SELECT request_hash AS requestHash, issuer_id AS issuerId, serial_number AS serialNumber,
       not_before AS notBefore, not_after AS notAfter
     FROM legacy_answers WHERE request_hash = ?`,
  ),
})

export const legacyUseWriting = (connection: Connection): LegacyUseWriting => {
  const note = prepareAdd(
    connection,
    `INSERT INTO legacy_uses (key_name, address, common_name, profile, first_used_at, last_used_at,
       uses, last_serial_number)
     VALUES (@key, @address, @commonName, @profile, @usedAt, @usedAt, 1, @serialNumber)
     ON CONFLICT DO UPDATE SET last_used_at = @usedAt, uses = uses + 1,
       last_serial_number = @serialNumber`,
  )
  const forget = prepareAdd(
    connection,
    `DELETE FROM legacy_answers WHERE not_after < ? AND (issuer_id, serial_number) NOT IN
       (SELECT issuer_id, serial_number FROM revocations)`,
  )
  const put = prepareAdd(
    connection,
    `INSERT OR REPLACE INTO legacy_answers
     (request_hash, issuer_id, serial_number, not_before, not_after)
     VALUES (@requestHash, @issuerId, @serialNumber, @notBefore, @notAfter)`,
  )
  return {
    noteLegacyUse: (use) => note(use),
    putLegacyAnswer: async (row, now) => {
      await forget(now)
      await put(row)
    },
  }
}
