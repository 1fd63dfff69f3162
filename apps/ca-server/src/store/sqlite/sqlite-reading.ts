import type { Reading } from '../../authority/index.ts'
import type { Connection } from './open-database.ts'
import { certificateReading } from './records/certificate-records.ts'
import { identityReading } from './records/identity-records.ts'
import { issuerReading } from './records/issuer-records.ts'
import { logReading } from './records/log-records.ts'
import { metaReading } from './records/meta-records.ts'
import { nodeReading } from './records/node-records.ts'
import { ticketReading } from './records/ticket-records.ts'

/** The questions of the port as statements, prepared once per connection. */
export const createReading = (connection: Connection): Reading => ({
  ...metaReading(connection),
  ...issuerReading(connection),
  ...certificateReading(connection),
  ...nodeReading(connection),
  ...identityReading(connection),
  ...ticketReading(connection),
  ...logReading(connection),
})
