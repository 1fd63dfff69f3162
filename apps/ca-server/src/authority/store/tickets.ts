import type { NodeFacts, Role } from '@easycerts/shared/cluster'
import type { PublicKeyPin } from '@easycerts/shared/key'

export interface TicketRow {
  readonly id: string
  /** SPKI DER. */
  readonly publicKey: Buffer
  /** Its node's name; of a ticket for a fleet the pattern of its nodes' names. */
  readonly node: string
  readonly role: Role
  readonly hosts: NodeFacts['hosts']
  readonly clusterAdmin: boolean
  readonly replace: boolean
  readonly createdAt: string
  readonly expiresAt: string
  readonly revokedAt: string | null
  /** The first key that used it, and no other may; null for a fleet, whose uses are rows. */
  readonly boundKey: PublicKeyPin | null
  /** When the identity that it gave was confirmed; of a fleet the last one. */
  readonly spentAt: string | null
  /** How many nodes may join by it. */
  readonly uses: number
  /** How many have begun to: each name and key counts for good. */
  readonly usesTaken: number
  /** The only key that may use it, where that was known when it was made. */
  readonly requiredKey: PublicKeyPin | null
  /** SHA-256 of the only request that may, DER, hex. */
  readonly requiredRequest: string | null
}

export type NewTicket = Omit<TicketRow, 'revokedAt' | 'boundKey' | 'spentAt' | 'usesTaken'>

/** One node's use of a ticket. */
export interface TicketUse {
  readonly ticketId: string
  readonly node: string
  readonly keyPin: PublicKeyPin
  readonly boundAt: string
  readonly confirmedAt: string | null
}

/** open: somebody may join by it; bound: all its uses are taken, and not all confirmed. */
export const TICKET_STATES = ['open', 'bound', 'spent', 'expired', 'revoked'] as const

export type TicketState = (typeof TICKET_STATES)[number]

export interface TicketFilter {
  readonly state?: TicketState | undefined
  /** Of the ticket, or of a node that joined by it. */
  readonly node?: string | undefined
  readonly role?: Role | undefined
}

export interface TicketPage {
  readonly filter: TicketFilter
  /** What counts as expired. */
  readonly now: string
  readonly limit: number
  readonly after?: Pick<TicketRow, 'createdAt' | 'id'> | undefined
}

export interface TicketReading {
  findTicket(id: string): Promise<TicketRow | undefined>
  /** Newest first, from behind the one that `after` names. */
  listTickets(page: TicketPage): Promise<TicketRow[]>
  /** Neither revoked nor spent, and good beyond this instant; bound ones too. */
  listOpenTickets(at: string): Promise<TicketRow[]>
  findTicketUse(
    id: string,
    by: { node: string } | { key: PublicKeyPin },
  ): Promise<TicketUse | undefined>
  /** In the order of their beginning. */
  listTicketUses(id: string): Promise<TicketUse[]>
  /** Whether a ticket that is still good names this very node, or a fleet's node is joining as it. */
  isPromised(node: string, at: string, exceptBy: string): Promise<boolean>
}

/** Each is a compare-and-swap: it fails with ERR_STORE_CORRUPT where the row is not as it must be. */
export interface TicketWriting {
  addTicket(ticket: NewTicket): Promise<void>
  bindTicket(id: string, key: PublicKeyPin): Promise<void>
  spendTicket(id: string, at: string): Promise<void>
  revokeTicket(id: string, at: string): Promise<void>
  /** Takes one of the uses that are left. */
  addTicketUse(use: Omit<TicketUse, 'confirmedAt'>): Promise<void>
  /** The last one to be confirmed spends the ticket. */
  confirmTicketUse(id: string, key: PublicKeyPin, at: string): Promise<void>
}
