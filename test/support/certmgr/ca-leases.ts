import {
  decideLease,
  endOfLease,
  type LeasePolicy,
  type RestartLease,
} from '@easycerts/shared/restart-lease'
import { minutes } from '@easycerts/shared/time'

/** The leases of a CA in memory, by the rule that ca-server decides by. */
export interface CaLeases {
  readonly policy: { limits: LeasePolicy['limits']; leaseTime: LeasePolicy['leaseTime'] }
  readonly held: () => RestartLease[]
  /** Another node takes one. */
  readonly takeAs: (node: string, component: string) => void
  /** An operator breaks all. */
  readonly breakAll: () => void
  /** The body of a reply; undefined for a path that is none of these. */
  readonly answer: (path: string, body: Record<string, string>, node: string) => unknown
}

export const createCaLeases = (clock: () => Date): CaLeases => {
  const policy: CaLeases['policy'] = { limits: {}, leaseTime: minutes(10) }
  let known: RestartLease[] = []
  const put = (lease: RestartLease): void => {
    known = [
      ...known.filter(
        ({ node, component }) => node !== lease.node || component !== lease.component,
      ),
      lease,
    ]
  }
  const held = () => known.filter((lease) => endOfLease(lease, clock()) === undefined)
  const take = (wish: { component: string; node: string; id: string }) => {
    const decision = decideLease(wish, known, { policy, now: clock() })
    if (decision.kind === 'granted') put(decision.lease)
    return decision
  }
  const takeReply = (wish: { component: string; node: string; id: string }): unknown => {
    const decision = take(wish)
    const more = { time: clock(), members: [] }
    if (decision.kind === 'granted')
      return { state: 'granted', expiresAt: decision.lease.expiresAt, ...more }
    const { kind: state, ...rest } = decision
    return { state, ...rest, ...more }
  }
  return {
    policy,
    held,
    takeAs: (node, component) => void take({ node, component, id: 'f'.repeat(32) }),
    breakAll: () => {
      for (const lease of held()) put({ ...lease, ended: { how: 'broken', at: clock() } })
    },
    answer: (path, { component = '', lease: id = '' }, node) => {
      if (path === '/v1/restart-leases') return takeReply({ component, node, id })
      if (path !== '/v1/restart-leases/release') return undefined
      const own = held().find((each) => each.id === id && each.node === node)
      if (own) put({ ...own, ended: { how: 'released', at: clock() } })
      return { was: own ? 'held' : 'gone' }
    },
  }
}
