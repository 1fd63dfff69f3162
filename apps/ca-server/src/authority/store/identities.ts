import type { PublicKeyPin } from '@easycerts/shared/key'

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
  /** It is refused from then on, whatever its state. */
  readonly revokedAt: string | null
}

export interface IdentityReading {
  findIdentity(fingerprint: string): Promise<IdentityRow | undefined>
  findIdentityOfNode(node: string, state: IdentityState): Promise<IdentityRow | undefined>
  /** The successor that the current identity asked for; there is one at most. */
  findPendingRenewal(node: string): Promise<IdentityRow | undefined>
  findIdentityByKey(node: string, keyPin: PublicKeyPin): Promise<IdentityRow | undefined>
  findIdentityOfTicket(ticketId: string): Promise<IdentityRow | undefined>
}

export interface IdentityWriting {
  addIdentity(row: Omit<IdentityRow, 'revokedAt'>): Promise<void>
  setIdentityState(fingerprint: string, state: IdentityState, at: string): Promise<void>
}
