import { addDuration, minutes } from '../time/index.ts'
import { isGuarded } from './leased-component.ts'
import { endOfLease, type LeaseEnd, type LeasePolicy, type RestartLease } from './restart-lease.ts'

/** Whoever has just had a lease leaves the next to others for so long: none can keep it by asking. */
export const LEASE_PAUSE = minutes(1)
/** Extensions end after so many lease times: a holder that hangs holds nobody up for ever. */
const MAX_LEASE_TIMES = 3

/**
 * Why a lease is refused. held: as many others hold one as may; guarded: another node restarts what
 * this component needs; again: this node had one a moment ago; twice: it holds one by another id.
 */
export const LEASE_REFUSALS = ['held', 'guarded', 'again', 'twice'] as const

export type LeaseRefusal = (typeof LEASE_REFUSALS)[number]

export interface LeaseHolder {
  readonly component: string
  readonly node: string
  readonly expiresAt: Date
}

export type LeaseDecision =
  | { readonly kind: 'granted'; readonly lease: RestartLease; readonly isNew: boolean }
  | {
      readonly kind: 'refused'
      readonly reason: LeaseRefusal
      readonly holders: readonly LeaseHolder[]
    }
  /** The lease of this id is over, and stays so. */
  | { readonly kind: 'ended'; readonly how: LeaseEnd }

/** Also the question whether a lease goes on: it carries the id of the one that is held. */
export interface LeaseWish {
  readonly component: string
  readonly node: string
  readonly id: string
}

/** `known`: the last lease of each node and component, of those that may hold one. */
export const decideLease = (
  wish: LeaseWish,
  known: readonly RestartLease[],
  { policy, now }: { readonly policy: LeasePolicy; readonly now: Date },
): LeaseDecision => {
  const { component, node, id } = wish
  const own = known.find((lease) => lease.component === component && lease.node === node)
  if (own?.id === id) return goOn(own, policy, now)
  const held = known.filter((lease) => endOfLease(lease, now) === undefined)
  if (own && held.includes(own)) return { kind: 'refused', reason: 'twice', holders: [own] }
  const others = held.filter((lease) => lease.node !== node)
  const same = others.filter((lease) => lease.component === component)
  if (same.length >= limitOf(component, policy))
    return { kind: 'refused', reason: 'held', holders: same }
  const guarded = others.filter((lease) => lease.component !== component && areGuarded(lease, wish))
  if (guarded.length > 0) return { kind: 'refused', reason: 'guarded', holders: guarded }
  if (own && now < addDuration(endingOf(own), LEASE_PAUSE))
    return { kind: 'refused', reason: 'again', holders: [] }
  const lease = { component, node, id, takenAt: now, expiresAt: addDuration(now, policy.leaseTime) }
  return { kind: 'granted', lease, isNew: true }
}

export const limitOf = (component: string, { limits }: Pick<LeasePolicy, 'limits'>): number =>
  limits[component] ?? 1

const areGuarded = (one: { component: string }, other: { component: string }): boolean =>
  isGuarded(one.component) && isGuarded(other.component)

const endingOf = ({ ended, expiresAt }: RestartLease): Date => ended?.at ?? expiresAt

/** Never shortened: a policy that has changed holds from the next lease on. */
const goOn = (own: RestartLease, { leaseTime }: LeasePolicy, now: Date): LeaseDecision => {
  const how = endOfLease(own, now)
  if (how) return { kind: 'ended', how }
  const last = addDuration(own.takenAt, leaseTime * MAX_LEASE_TIMES)
  const wanted = Math.min(addDuration(now, leaseTime).getTime(), last.getTime())
  const expiresAt = new Date(Math.max(wanted, own.expiresAt.getTime()))
  return { kind: 'granted', lease: { ...own, expiresAt }, isNew: false }
}
