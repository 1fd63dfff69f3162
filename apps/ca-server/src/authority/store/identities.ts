import type { PublicKeyPin } from '@easycerts/shared/key'
import type { NodeState } from './nodes.ts'

/**
 * pending: not confirmed yet; current: the one that counts; retired: its own successor took its
 * place; superseded: another key of the same identity took its place before it was confirmed; ended:
 * an operator put an end to it (quarantine, recovery, removal, a ticket that replaces it).
 */
export type IdentityState = 'pending' | 'current' | 'retired' | 'superseded' | 'ended'

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
  /** Of its state; null while it is as it was issued. */
  readonly changedAt: string | null
  /** It is refused from then on, whatever its state. */
  readonly revokedAt: string | null
  /** Of its node, read with it; null where the node is not on record. */
  readonly nodeState: NodeState | null
}

export type NewIdentityRow = Omit<IdentityRow, 'changedAt' | 'revokedAt' | 'nodeState'>

export interface IdentityReading {
  findIdentity(fingerprint: string): Promise<IdentityRow | undefined>
  findIdentityOfNode(node: string, state: IdentityState): Promise<IdentityRow | undefined>
  /** The successor that the current identity asked for; there is one at most. */
  findPendingRenewal(node: string): Promise<IdentityRow | undefined>
  findIdentityByKey(node: string, keyPin: PublicKeyPin): Promise<IdentityRow | undefined>
  /** The one that the ticket gave to this key. */
  findIdentityOfTicket(ticketId: string, keyPin: PublicKeyPin): Promise<IdentityRow | undefined>
  /** Newest first. */
  listIdentitiesOfNode(node: string, limit: number): Promise<IdentityRow[]>
  /** When an identity of the node was last revoked. */
  findLastRevocationOfNode(node: string): Promise<string | undefined>
  /** When an operator last ended an identity of the node. */
  findLastEndOfNode(node: string): Promise<string | undefined>
}

export interface IdentityWriting {
  addIdentity(row: NewIdentityRow): Promise<void>
  setIdentityState(fingerprint: string, state: IdentityState, at: string): Promise<void>
  /** Those of the node that are in one of these states become `ended`. */
  endIdentities(node: string, states: readonly IdentityState[], at: string): Promise<void>
}
