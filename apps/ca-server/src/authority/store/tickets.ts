import type { NodeFacts, Role } from '@easycerts/shared/cluster'
import type { PublicKeyPin } from '@easycerts/shared/key'

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

export interface TicketReading {
  findTicket(id: string): Promise<TicketRow | undefined>
  /** Newest first, from behind the one that `after` names. */
  listTickets(limit: number, after?: Pick<TicketRow, 'createdAt' | 'id'>): Promise<TicketRow[]>
  /** Neither revoked nor spent, and good beyond this instant; bound ones too. */
  listOpenTickets(at: string): Promise<TicketRow[]>
}

export interface TicketWriting {
  addTicket(row: TicketRow): Promise<void>
  bindTicket(id: string, key: PublicKeyPin): Promise<void>
  spendTicket(id: string, at: string): Promise<void>
  revokeTicket(id: string, at: string): Promise<void>
}
