import type { RenewalFilter } from '@easycerts/shared/renewal'

export interface RenewalOrderRow {
  readonly id: string
  readonly filter: RenewalFilter
  readonly reason: string
  /** Who ordered it. */
  readonly orderedBy: string
  readonly orderedAt: string
  readonly deadline: string
  /** When the last certificate that it concerns will have ended. */
  readonly expiresAt: string
  readonly cancelledAt: string | null
}

/** The newest certificate that a node had of a profile when an order came, and whether it has a newer one. */
export interface OrderedCertificate {
  readonly node: string
  readonly profile: string
  readonly issuerId: string
  readonly serialNumber: string
  readonly notAfter: string
  readonly isReplaced: boolean
}

export interface RenewalOrderReading {
  findRenewalOrder(id: string): Promise<RenewalOrderRow | undefined>
  /** Newest first. */
  listRenewalOrders(limit: number): Promise<RenewalOrderRow[]>
  /** Those that nodes are still to hear of. */
  listRenewalOrdersInForce(now: string): Promise<RenewalOrderRow[]>
  /** What an order concerns: certificates of nodes, valid when it came. */
  listOrdered(orderedAt: string, filter: RenewalFilter): Promise<OrderedCertificate[]>
}

export interface RenewalOrderWriting {
  addRenewalOrder(row: RenewalOrderRow): Promise<void>
  cancelRenewalOrder(id: string, at: string): Promise<void>
}
