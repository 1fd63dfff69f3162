import { RECORDS } from './0001-records.ts'
import { ISSUANCE_LOG } from './0002-issuance-log.ts'
import { REVOCATION } from './0003-revocation.ts'
import { ARCHIVE } from './0004-archive.ts'
import { LISTS_AND_REPLIES } from './0005-lists-and-replies.ts'
import { ISSUER_KEYS } from './0006-issuer-keys.ts'
import { RENEWAL_AND_CLOCK } from './0007-renewal-and-clock.ts'
import { TRUST } from './0008-trust.ts'
import { NODE_STATES } from './0009-node-states.ts'
import { TICKET_USES } from './0010-ticket-uses.ts'
import { NODE_REPORTS } from './0011-node-reports.ts'
import { RESTART_LEASES } from './0012-restart-leases.ts'
import { LEGACY_USES } from './0013-legacy-uses.ts'

/** Forward only, in order; the database's user_version says how many have been applied. */
export const MIGRATIONS: readonly string[] = [
  RECORDS,
  ISSUANCE_LOG,
  REVOCATION,
  ARCHIVE,
  LISTS_AND_REPLIES,
  ISSUER_KEYS,
  RENEWAL_AND_CLOCK,
  TRUST,
  NODE_STATES,
  TICKET_USES,
  NODE_REPORTS,
  RESTART_LEASES,
  LEGACY_USES,
]
