import type { CertificateReading, CertificateWriting } from './certificates.ts'
import type { IdentityReading, IdentityWriting } from './identities.ts'
import type { IssuerReading, IssuerWriting } from './issuers.ts'
import type { LogReading, LogWriting } from './log.ts'
import type { MetaReading, MetaWriting } from './meta.ts'
import type { NodeReading, NodeWriting } from './nodes.ts'
import type { TicketReading, TicketWriting } from './tickets.ts'

/** What may be asked of a snapshot of the records. `find` gives undefined for what is not there. */
export interface Reading
  extends
    MetaReading,
    IssuerReading,
    CertificateReading,
    NodeReading,
    IdentityReading,
    TicketReading,
    LogReading {}

/** Changes, all of one transaction or none. They see their own effects. */
export interface Writing
  extends
    Reading,
    MetaWriting,
    IssuerWriting,
    CertificateWriting,
    NodeWriting,
    IdentityWriting,
    TicketWriting,
    LogWriting {}

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
