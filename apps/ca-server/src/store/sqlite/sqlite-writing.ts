import type { Writing } from '../../authority/index.ts'
import type { TreeMemory } from './issuance-log/tree-memory.ts'
import type { WorkLog } from './issuance-log/work-log.ts'
import type { Connection } from './connection.ts'
import { answerWriting } from './records/answer-records.ts'
import { archiveWriting } from './records/archive-records.ts'
import { certificateWriting } from './records/certificate-records.ts'
import { clockWriting } from './records/clock-records.ts'
import { identityWriting } from './records/identity-records.ts'
import { issuerWriting } from './records/issuer-records.ts'
import { legacyUseWriting } from './records/legacy-use-records.ts'
import { logWriting } from './records/log-records.ts'
import { metaWriting } from './records/meta-records.ts'
import { nodeWriting } from './records/node-records.ts'
import { nodeReportWriting } from './records/node-report-records.ts'
import { renewalOrderWriting } from './records/renewal-order-records.ts'
import { restartLeaseWriting } from './records/restart-lease-records.ts'
import { revocationWriting } from './records/revocation-records.ts'
import { ticketWriting } from './records/ticket-records.ts'
import { trustWriting } from './records/trust-records.ts'
import { createReading } from './sqlite-reading.ts'

/** The changes of the port as statements, prepared once. */
export const createWriting = (connection: Connection, tree: TreeMemory, log: WorkLog): Writing => ({
  ...createReading(connection, tree),
  ...metaWriting(connection),
  ...issuerWriting(connection),
  ...certificateWriting(connection),
  ...nodeWriting(connection),
  ...nodeReportWriting(connection),
  ...identityWriting(connection),
  ...ticketWriting(connection),
  ...trustWriting(connection),
  ...archiveWriting(connection),
  ...answerWriting(connection),
  ...logWriting(log),
  ...renewalOrderWriting(connection),
  ...revocationWriting(connection),
  ...restartLeaseWriting(connection),
  ...legacyUseWriting(connection),
  ...clockWriting(connection),
})
