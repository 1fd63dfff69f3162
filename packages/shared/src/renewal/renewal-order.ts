import { addDuration } from '../time/index.ts'
import type { SerialNumber, Validity } from '../x509/index.ts'
import { ordinaryWindow, type RenewalWindow } from './renewal-window.ts'

/** Which certificates an operator wants replaced: those that fit every field that is there. */
export interface RenewalFilter {
  readonly node?: string
  readonly profile?: string
  /** Id of an issuer. */
  readonly issuer?: string
  readonly serialNumber?: SerialNumber
}

/** An operator's wish that certificates issued before `orderedAt` be replaced by `deadline`. */
export interface RenewalOrder {
  readonly id: string
  readonly filter: RenewalFilter
  readonly reason: string
  readonly orderedAt: Date
  readonly deadline: Date
}

/** A certificate as orders see it. */
export interface OrderableCertificate {
  readonly node: string | null
  readonly profile: string
  readonly issuerId: string
  readonly serialNumber: SerialNumber
  readonly issuedAt: Date
  readonly validity: Validity
}

/** The part of an order's time that stays free at its end, for nodes that fail and try again. */
const SHARE_FOR_RETRIES = 1 / 8

/** From the order to a little before its deadline, so that a fleet spreads over all of it. */
export const windowOfOrder = ({
  orderedAt,
  deadline,
}: Pick<RenewalOrder, 'orderedAt' | 'deadline'>): RenewalWindow => ({
  start: orderedAt,
  end: addDuration(deadline, -(deadline.getTime() - orderedAt.getTime()) * SHARE_FOR_RETRIES),
})

/** A certificate that came after the order is its fulfilment, not its object. */
export const isOrdered = (
  { filter, orderedAt }: Pick<RenewalOrder, 'filter' | 'orderedAt'>,
  certificate: OrderableCertificate,
): boolean =>
  certificate.issuedAt < orderedAt &&
  (filter.node === undefined || filter.node === certificate.node) &&
  (filter.profile === undefined || filter.profile === certificate.profile) &&
  (filter.issuer === undefined || filter.issuer === certificate.issuerId) &&
  (filter.serialNumber === undefined || filter.serialNumber === certificate.serialNumber)

/** What a CA suggests for one certificate, and the order behind it if there is one. */
export interface RenewalSuggestion extends RenewalWindow {
  readonly order?: Pick<RenewalOrder, 'id' | 'reason'>
}

/** The most urgent wish counts: the window that ends first, of the orders and of the life itself. */
export const suggestRenewal = (
  certificate: OrderableCertificate,
  orders: readonly RenewalOrder[],
): RenewalSuggestion => {
  const ordered = orders
    .filter((order) => isOrdered(order, certificate))
    .map(({ id, reason, ...order }) => ({ ...windowOfOrder(order), order: { id, reason } }))
  return [ordinaryWindow(certificate.validity), ...ordered].reduce((first, next) =>
    next.end < first.end ? next : first,
  )
}
