import type { Reading } from '../../authority/index.ts'
import type { TreeMemory } from './issuance-log/tree-memory.ts'
import type { Connection } from './connection.ts'
import { answerReading } from './records/answer-records.ts'
import { certificatePageReading } from './records/certificate-page-records.ts'
import { certificateReading } from './records/certificate-records.ts'
import { certificateDetailsReading } from './records/certificate-details-records.ts'
import { clockReading } from './records/clock-records.ts'
import { countReading } from './records/count-records.ts'
import { expirationReading } from './records/expiration-records.ts'
import { identityReading } from './records/identity-records.ts'
import { issuerReading } from './records/issuer-records.ts'
import { legacyUseReading } from './records/legacy-use-records.ts'
import { logReading } from './records/log-records.ts'
import { metaReading } from './records/meta-records.ts'
import { nodeReading } from './records/node-records.ts'
import { nodeReportReading } from './records/node-report-records.ts'
import { renewalOrderReading } from './records/renewal-order-records.ts'
import { restartLeaseReading } from './records/restart-lease-records.ts'
import { revocationReading } from './records/revocation-records.ts'
import { ticketReading } from './records/ticket-records.ts'
import { trustReading } from './records/trust-records.ts'

/** The questions of the port as statements, prepared once per connection. */
export const createReading = (connection: Connection, tree: TreeMemory): Reading => ({
  ...metaReading(connection),
  ...issuerReading(connection),
  ...certificateReading(connection),
  ...nodeReading(connection),
  ...nodeReportReading(connection),
  ...identityReading(connection),
  ...ticketReading(connection),
  ...trustReading(connection),
  ...expirationReading(connection),
  ...answerReading(connection),
  ...countReading(connection),
  ...certificatePageReading(connection),
  ...logReading(connection, tree),
  ...certificateDetailsReading(connection),
  ...renewalOrderReading(connection),
  ...revocationReading(connection),
  ...restartLeaseReading(connection),
  ...legacyUseReading(connection),
  ...clockReading(connection),
})
