import type { AnswerReading, AnswerWriting } from './answers.ts'
import type { ArchiveWriting } from './archive.ts'
import type { CertificatePageReading } from './certificate-pages.ts'
import type { CertificateReading, CertificateWriting } from './certificates.ts'
import type { CertificateDetailsReading } from './certificate-details.ts'
import type { ClockReading, ClockWriting } from './clock.ts'
import type { CountReading } from './counts.ts'
import type { ExpirationReading } from './expirations.ts'
import type { IdentityReading, IdentityWriting } from './identities.ts'
import type { IssuerReading, IssuerWriting } from './issuers.ts'
import type { LegacyUseReading, LegacyUseWriting } from './legacy-uses.ts'
import type { LogReading, LogWriting } from './log.ts'
import type { MetaReading, MetaWriting } from './meta.ts'
import type { NodeReading, NodeWriting } from './nodes.ts'
import type { NodeReportReading, NodeReportWriting } from './node-reports.ts'
import type { RenewalOrderReading, RenewalOrderWriting } from './renewal-orders.ts'
import type { RevocationReading, RevocationWriting } from './revocations.ts'
import type { RestartLeaseReading, RestartLeaseWriting } from './restart-leases.ts'
import type { TicketReading, TicketWriting } from './tickets.ts'
import type { TrustReading, TrustWriting } from './trust.ts'

/** What may be asked of a snapshot of the records. `find` gives undefined for what is not there. */
export interface Reading
  extends
    MetaReading,
    IssuerReading,
    CertificateReading,
    NodeReading,
    NodeReportReading,
    IdentityReading,
    TicketReading,
    TrustReading,
    AnswerReading,
    CountReading,
    CertificatePageReading,
    LogReading,
    ExpirationReading,
    CertificateDetailsReading,
    RenewalOrderReading,
    RevocationReading,
    RestartLeaseReading,
    LegacyUseReading,
    ClockReading {}

/** Changes, all of one transaction or none. They see their own effects. */
export interface Writing
  extends
    Reading,
    MetaWriting,
    IssuerWriting,
    CertificateWriting,
    NodeWriting,
    NodeReportWriting,
    IdentityWriting,
    TicketWriting,
    TrustWriting,
    AnswerWriting,
    LogWriting,
    ArchiveWriting,
    RenewalOrderWriting,
    RevocationWriting,
    RestartLeaseWriting,
    LegacyUseWriting,
    ClockWriting {}

/**
 * Port: the CA's records. `transact` resolves only once its changes survive a power cut; its work
 * may await nothing but the transaction. ERR_STORE_UNAVAILABLE means that nothing was changed.
 */
export interface Store {
  transact<Result>(work: (writing: Writing) => Promise<Result>): Promise<Result>
  /** Sees committed state only. */
  read<Result>(work: (reading: Reading) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}
