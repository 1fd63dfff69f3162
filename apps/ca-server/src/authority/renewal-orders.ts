import { parseNodeName } from '@easycerts/shared/cluster'
import { encodeBase32 } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { RenewalFilter, RenewalOrder } from '@easycerts/shared/renewal'
import { addDuration, days, type Duration, minutes } from '@easycerts/shared/time'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import type { OrderedCertificate, Reading, RenewalOrderRow } from './store/index.ts'

export interface RenewalWish {
  readonly filter: RenewalFilter
  /** By when all of it is to be replaced. */
  readonly within: Duration
  readonly reason: string
}

/** An order, and how far it has come. */
export interface RenewalProgress {
  readonly order: RenewalOrderRow
  readonly concerned: readonly OrderedCertificate[]
}

const MIN_WITHIN = minutes(1)
const MAX_WITHIN = days(90)
const ID_OCTETS = 5

/** ERR_USAGE, ERR_NAME_INVALID, ERR_PROFILE_UNKNOWN, ERR_CLOCK_JUMPED and the like. */
export const orderRenewal = async (
  authority: Authority,
  operator: string,
  { filter, within, reason }: RenewalWish,
): Promise<RenewalProgress> => {
  checkFilter(authority, filter)
  if (within < MIN_WITHIN || within > MAX_WITHIN)
    throw new EasycertsError('ERR_USAGE', 'an order gives the nodes from 1m to 90d')
  const now = authority.clock()
  const orderedAt = now.toISOString()
  return authority.store.transact(async (writing) => {
    const concerned = await writing.listOrdered(orderedAt, filter)
    if (concerned.length === 0)
      throw new EasycertsError('ERR_USAGE', 'no valid certificate of a node fits the order', {
        hint: 'see "ca-server certificate list"; kubeconfigs are not renewed but exported again',
      })
    const order: RenewalOrderRow = {
      id: encodeBase32(authority.random(ID_OCTETS)),
      filter,
      reason,
      orderedBy: `operator ${operator}`,
      orderedAt,
      deadline: addDuration(now, within).toISOString(),
      expiresAt: lastEndOf(concerned),
      cancelledAt: null,
    }
    await writing.addRenewalOrder(order)
    const { id, deadline, orderedBy } = order
    const body = { order: id, filter, deadline, reason, certificates: concerned.length }
    await writing.appendLog(actorAt(authority, 'renewal-ordered', orderedBy, body))
    return { order, concerned }
  })
}

const lastEndOf = (concerned: readonly OrderedCertificate[]): string =>
  concerned.map(({ notAfter }) => notAfter).reduce((a, b) => (a > b ? a : b))

/** ERR_USAGE if there is no such order; cancelling twice is no fault. */
export const cancelRenewal = (
  authority: Authority,
  operator: string,
  id: string,
): Promise<RenewalProgress> =>
  authority.store.transact(async (writing) => {
    const order = await writing.findRenewalOrder(id)
    if (!order)
      throw new EasycertsError('ERR_USAGE', `there is no renewal order "${id.slice(0, 20)}"`)
    const cancelledAt = order.cancelledAt ?? authority.clock().toISOString()
    if (order.cancelledAt === null) {
      await writing.cancelRenewalOrder(id, cancelledAt)
      const body = { order: id }
      await writing.appendLog(actorAt(authority, 'renewal-cancelled', `operator ${operator}`, body))
    }
    return progressOf(writing, { ...order, cancelledAt })
  })

/** The newest orders first. */
export const listRenewals = ({ store }: Authority, limit: number): Promise<RenewalProgress[]> =>
  store.read(async (reading) => {
    const orders = await reading.listRenewalOrders(limit)
    return Promise.all(orders.map((order) => progressOf(reading, order)))
  })

/** done: nothing is left to replace; late: the deadline has passed; ended: so has every certificate. */
export const stateOfRenewal = (
  { order, concerned }: RenewalProgress,
  now: Date,
): 'running' | 'done' | 'late' | 'cancelled' | 'ended' => {
  if (order.cancelledAt !== null) return 'cancelled'
  if (concerned.every(({ isReplaced }) => isReplaced)) return 'done'
  if (new Date(order.expiresAt) <= now) return 'ended'
  return new Date(order.deadline) <= now ? 'late' : 'running'
}

const progressOf = async (
  reading: Pick<Reading, 'listOrdered'>,
  order: RenewalOrderRow,
): Promise<RenewalProgress> => ({
  order,
  concerned: await reading.listOrdered(order.orderedAt, order.filter),
})

/** A name that is mistyped would make an order that nobody fulfils. */
const checkFilter = (
  { policy, issuers }: Authority,
  { node, profile, issuer }: RenewalFilter,
): void => {
  if (node !== undefined) parseNodeName(node)
  if (profile !== undefined && !policy.current().profiles.has(profile))
    throw new EasycertsError('ERR_PROFILE_UNKNOWN', `there is no profile "${profile.slice(0, 60)}"`)
  if (issuer !== undefined && !Object.values(issuers).some(({ id }) => id === issuer))
    throw new EasycertsError('ERR_USAGE', `there is no issuer "${issuer.slice(0, 60)}"`, {
      hint: 'see "ca-server issuer list"',
    })
}

export const renewalOrderOf = (row: RenewalOrderRow): RenewalOrder => ({
  ...row,
  orderedAt: new Date(row.orderedAt),
  deadline: new Date(row.deadline),
})
