import type { CertificateRow, ExpirationReading } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { CERTIFICATE_COLUMNS } from './certificate-records.ts'
import { prepareMany } from './rows.ts'

const IS_REVOKED = `EXISTS (SELECT 1 FROM revocations x
  WHERE x.issuer_id = certificates.issuer_id AND x.serial_number = certificates.serial_number)`

// One step into the index for each profile: a node may have had thousands of certificates.
const NEWEST_OF_NODE = `
WITH RECURSIVE profiles (profile) AS (
  SELECT (SELECT min(profile) FROM certificates WHERE node = @node)
  UNION ALL
  SELECT (SELECT min(profile) FROM certificates WHERE node = @node AND profile > profiles.profile)
  FROM profiles WHERE profiles.profile IS NOT NULL
)
SELECT ${CERTIFICATE_COLUMNS} FROM certificates WHERE rowid IN (
  SELECT (SELECT rowid FROM certificates
    WHERE node = @node AND profile = profiles.profile AND issued_at IS NOT NULL
    ORDER BY issued_at DESC LIMIT 1)
  FROM profiles WHERE profiles.profile IS NOT NULL
) AND NOT ${IS_REVOKED} ORDER BY profile`

type Other = CertificateRow & { readonly position: number; readonly isWanted: 0 | 1 }

const OTHERS = `SELECT ${CERTIFICATE_COLUMNS}, rowid AS position,
  node IS NULL AND state = 'issued' AND not_after >= @now AND NOT ${IS_REVOKED} AS isWanted
  FROM certificates INDEXED BY certificates_by_other_requester
  WHERE requester NOT LIKE 'node %' AND (requester, rowid) > (@requester, @position)
  ORDER BY requester, rowid LIMIT @limit`

export const expirationReading = (connection: Connection): ExpirationReading => {
  const newestOfNode = prepareMany<CertificateRow>(connection, NEWEST_OF_NODE)
  const others = prepareMany<Other>(connection, OTHERS)
  return {
    listNewestOfNode: (node) => newestOfNode({ node }),
    pageOfOthers: async (now, after = { requester: '', position: 0 }, limit) => {
      const looked = await others({ ...after, now, limit })
      const last = looked.at(-1)
      return {
        rows: looked.filter(({ isWanted }) => isWanted === 1),
        next: last && looked.length === limit ? last : undefined,
      }
    },
  }
}
