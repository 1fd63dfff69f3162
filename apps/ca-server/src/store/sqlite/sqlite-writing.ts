import type { Writing } from '../../authority/index.ts'
import type { Connection } from './open-database.ts'
import { certificateWriting } from './records/certificate-records.ts'
import { identityWriting } from './records/identity-records.ts'
import { issuerWriting } from './records/issuer-records.ts'
import { logWriting } from './records/log-records.ts'
import { metaWriting } from './records/meta-records.ts'
import { nodeWriting } from './records/node-records.ts'
import { ticketWriting } from './records/ticket-records.ts'
import { createReading } from './sqlite-reading.ts'

/** The changes of the port as statements, prepared once. */
export const createWriting = (connection: Connection): Writing => ({
  ...createReading(connection),
  ...metaWriting(connection),
  ...issuerWriting(connection),
  ...certificateWriting(connection),
  ...nodeWriting(connection),
  ...identityWriting(connection),
  ...ticketWriting(connection),
  ...logWriting(connection),
})
