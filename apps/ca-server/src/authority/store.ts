import type { NodeFacts, Role } from '@easycerts/shared/cluster'
import type { IntendedCertificate, LintedTbsCertificate } from '@easycerts/shared/issuance'
import type { PublicKeyPin } from '@easycerts/shared/key'
import type { IssuerPurpose } from '@easycerts/shared/profile'
import type { SerialNumber } from '@easycerts/shared/x509'

export interface IssuerRow {
  readonly id: string
  readonly purpose: IssuerPurpose
  readonly certificate: Buffer
  readonly pin: PublicKeyPin
}

/** intended: may have been signed; issued: signed and recorded; abandoned: found unrecorded at a start. */
export type CertificateState = 'intended' | 'issued' | 'abandoned'

export interface CertificateRow {
  readonly issuerId: string
  readonly serialNumber: SerialNumber
  readonly profile: string
  readonly node: string | null
  readonly subject: string
  readonly requester: string
  readonly keyPin: PublicKeyPin
  readonly notBefore: string
  readonly notAfter: string
  readonly state: CertificateState
  readonly intendedAt: string
}

export interface NodeRow {
  readonly name: string
  readonly role: Role
  readonly hosts: NodeFacts['hosts']
  readonly clusterAdmin: boolean
  readonly state: 'joining' | 'joined'
  readonly lastSeenAt: string | null
}

/** pending: not confirmed yet; current: the one that counts; retired: was; superseded: never confirmed. */
export type IdentityState = 'pending' | 'current' | 'retired' | 'superseded'

export interface IdentityRow {
  /** SHA-256 of the certificate's DER, hex. */
  readonly fingerprint: string
  readonly node: string
  readonly certificate: Buffer
  readonly keyPin: PublicKeyPin
  /** The ticket it came by; null after a renewal. */
  readonly ticketId: string | null
  readonly state: IdentityState
  readonly notAfter: string
}

export interface TicketRow {
  readonly id: string
  /** SPKI DER. */
  readonly publicKey: Buffer
  readonly node: string
  readonly role: Role
  readonly hosts: NodeFacts['hosts']
  readonly clusterAdmin: boolean
  readonly replace: boolean
  readonly createdAt: string
  readonly expiresAt: string
  readonly revokedAt: string | null
  /** The first key that used it; no other may. */
  readonly boundKey: PublicKeyPin | null
  /** When the identity that it gave was confirmed. */
  readonly spentAt: string | null
}

export interface LogEntry {
  readonly sequence: number
  readonly at: string
  readonly kind: string
  readonly actor: string
  readonly body: Record<string, unknown>
}

/** What may be asked of a snapshot of the records. `find` gives undefined for what is not there. */
export interface Reading {
  listIssuers(): Promise<IssuerRow[]>
  listCertificates(limit: number): Promise<CertificateRow[]>
  findNode(name: string): Promise<NodeRow | undefined>
  listNodes(limit: number): Promise<NodeRow[]>
  findIdentity(fingerprint: string): Promise<IdentityRow | undefined>
  findIdentityOfNode(node: string, state: IdentityState): Promise<IdentityRow | undefined>
  /** The successor that the current identity asked for; there is one at most. */
  findPendingRenewal(node: string): Promise<IdentityRow | undefined>
  findIdentityOfTicket(ticketId: string): Promise<IdentityRow | undefined>
  findTicket(id: string): Promise<TicketRow | undefined>
  listTickets(limit: number): Promise<TicketRow[]>
  listLog(limit: number): Promise<LogEntry[]>
  /** A node that holds a certificate for this key and is not `node`. */
  findOtherHolder(keyPin: PublicKeyPin, node: string | null): Promise<string | undefined>
}

/** Changes, all of one transaction or none. They see their own effects. */
export interface Writing extends Reading {
  addIssuer(row: IssuerRow): Promise<void>
  addIntent(row: Omit<CertificateRow, 'state'>): Promise<void>
  recordCertificate(
    issuerId: string,
    serialNumber: SerialNumber,
    der: Buffer,
    issuedAt: string,
  ): Promise<void>
  /** Every intent without a record, now marked abandoned. */
  abandonIntents(): Promise<CertificateRow[]>
  putNode(row: Omit<NodeRow, 'lastSeenAt'>): Promise<void>
  touchNode(name: string, seenAt: string): Promise<void>
  addIdentity(row: IdentityRow): Promise<void>
  setIdentityState(fingerprint: string, state: IdentityState, at: string): Promise<void>
  addTicket(row: TicketRow): Promise<void>
  bindTicket(id: string, key: PublicKeyPin): Promise<void>
  spendTicket(id: string, at: string): Promise<void>
  revokeTicket(id: string, at: string): Promise<void>
  appendLog(entry: Omit<LogEntry, 'sequence'>): Promise<void>
}

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

/** The one place that says an intent is durable: given what its transaction gave, after it resolved. */
export const intendedBy = (
  linted: LintedTbsCertificate,
  committed: SerialNumber,
): IntendedCertificate => {
  if (committed !== linted.serialNumber) throw new TypeError('another intent was committed')
  return linted as unknown as IntendedCertificate
}
