import type { ClusterFacts, Host } from '@easycerts/shared/cluster'
import type { SigningKey } from '@easycerts/shared/key'
import type { Clock, Duration } from '@easycerts/shared/time'
import type { AttemptLedger } from './attempt-ledger.ts'
import type { ContactLedger } from './contact-ledger.ts'
import type { ClockGuard } from './clock-guard.ts'
import type { IssuanceLog } from './issuance-log.ts'
import type { ReportLedger } from './node-reports/report-ledger.ts'
import type { AuthorityEvents } from './events.ts'
import type { Issuers } from './issuers.ts'
import type { PolicyReference } from './policy.ts'
import type { PointersOfIssuer } from './revocation/pointers-of-issuer.ts'
import type { DisplacementLedger } from './nodes/displacement-ledger.ts'
import type { TicketAlarms } from './ticket-alarms.ts'
import type { LogOrigin, Store } from './store/index.ts'

/** How long each kind of certificate lives. */
export interface Lifetimes {
  readonly certificates: Duration
  readonly identity: Duration
  readonly caServer: Duration
}

/** What every use case of the CA needs, put together once by `serve`. */
export interface Authority {
  readonly store: Store
  readonly log: IssuanceLog
  /** Signs trust documents; Ed25519, and no issuer's. */
  readonly trustKey: SigningKey
  /** Where the request of the moment came from, for the log; see `withOrigin`. */
  readonly origin?: LogOrigin
  readonly issuers: Issuers
  /** What may change while the server runs; take `current()` once for each decision. */
  readonly policy: PolicyReference
  readonly events: AuthorityEvents
  readonly revocationPointers: PointersOfIssuer
  readonly mastersAttempts: AttemptLedger
  readonly ticketContests: AttemptLedger
  readonly ticketAlarms: TicketAlarms
  readonly adoptionAttempts: AttemptLedger
  readonly contacts: ContactLedger
  readonly reports: ReportLedger
  readonly hostQuestions: AttemptLedger
  readonly refusedHosts: AttemptLedger
  readonly displacements: DisplacementLedger
  readonly returnContests: AttemptLedger
  readonly cluster: ClusterFacts
  /** Names and addresses that nodes dial for the CA itself. */
  readonly hosts: readonly Host[]
  readonly joinEndpoints: readonly string[]
  readonly nodeEndpoints: readonly string[]
  readonly clock: Clock
  readonly clockGuard: ClockGuard
  readonly random: (octets: number) => Buffer
}

/** The same authority for one request, whose entries say where it came from. */
export const withOrigin = (authority: Authority, origin: LogOrigin): Authority => ({
  ...authority,
  origin,
})
