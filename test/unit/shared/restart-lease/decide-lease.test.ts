import {
  decideLease,
  LEASE_PAUSE,
  leasedComponentSchema,
  type LeasePolicy,
  type RestartLease,
  rolesOfComponent,
} from '@easycerts/shared/restart-lease'
import { addDuration, minutes } from '@easycerts/shared/time'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

const now = new Date('2030-01-01T00:00:00Z')
const policy: LeasePolicy = { limits: { etcd: 1, kubelet: 2 }, leaseTime: minutes(10) }
const idOf = (letter: string): string => letter.repeat(32)

const leaseOf = (node: string, more: Partial<RestartLease> = {}): RestartLease => ({
  ...{ component: 'etcd', node, id: idOf('a') },
  takenAt: now,
  expiresAt: addDuration(now, minutes(10)),
  ...more,
})

const ask = (
  node: string,
  known: readonly RestartLease[],
  { component = 'etcd', id = idOf('b'), at = now } = {},
) => decideLease({ component, node, id }, known, { policy, now: at })

describe('a lease', () => {
  it('is given to one node at a time, and the others learn who holds it', () => {
    expect(ask('m1', [])).toMatchObject({ kind: 'granted', isNew: true })
    expect(ask('m2', [leaseOf('m1')])).toMatchObject({
      kind: 'refused',
      reason: 'held',
      holders: [{ node: 'm1', component: 'etcd' }],
    })
  })

  it('is given to as many as policy says', () => {
    const kubelet = (node: string) => leaseOf(node, { component: 'kubelet' })
    const component = 'kubelet'
    expect(ask('w3', [kubelet('w1')], { component }).kind).toBe('granted')
    expect(ask('w3', [kubelet('w1'), kubelet('w2')], { component }).kind).toBe('refused')
  })

  it('of etcd keeps kube-apiserver of other nodes from it, and not that of its own', () => {
    const component = 'kube-apiserver'
    expect(ask('m2', [leaseOf('m1')], { component })).toMatchObject({
      kind: 'refused',
      reason: 'guarded',
      holders: [{ node: 'm1', component: 'etcd' }],
    })
    expect(ask('m1', [leaseOf('m1')], { component }).kind).toBe('granted')
    expect(ask('m2', [leaseOf('m1', { component: 'kubelet' })], { component }).kind).toBe('granted')
  })

  it('expires by itself, and then others may have one', () => {
    const lease = leaseOf('m1')
    expect(ask('m2', [lease], { at: addDuration(lease.expiresAt, -1) }).kind).toBe('refused')
    expect(ask('m2', [lease], { at: lease.expiresAt }).kind).toBe('granted')
  })

  it('goes on under its id, up to three lease times from its taking', () => {
    let lease = leaseOf('m1', { id: idOf('b') })
    const ends = [1, 9, 18, 27].map((minute) => {
      const decision = ask('m1', [lease], { at: addDuration(now, minutes(minute)) })
      if (decision.kind === 'granted') ({ lease } = decision)
      return decision.kind === 'granted' && decision.lease.expiresAt.getTime() - now.getTime()
    })
    expect(ends).toEqual([11, 19, 28, 30].map(minutes))
    expect(ask('m1', [lease], { at: lease.expiresAt })).toEqual({ kind: 'ended', how: 'expired' })
  })

  it('that has ended stays so, whoever repeats an old question', () => {
    for (const how of ['released', 'broken'] as const) {
      const lease = leaseOf('m1', { id: idOf('b'), ended: { how, at: now } })
      expect(ask('m1', [lease])).toEqual({ kind: 'ended', how })
    }
  })

  it('is held by one id: a copy of the node with another one is refused', () => {
    expect(ask('m1', [leaseOf('m1')])).toMatchObject({ kind: 'refused', reason: 'twice' })
  })

  it('is not had twice in a row, so that nobody keeps the others from it by asking', () => {
    const ended = leaseOf('m1', { ended: { how: 'released', at: now } })
    const again = (passed: number) => ask('m1', [ended], { at: addDuration(now, passed) })
    expect(again(LEASE_PAUSE - 1)).toMatchObject({ kind: 'refused', reason: 'again' })
    expect(again(LEASE_PAUSE).kind).toBe('granted')
    expect(ask('m2', [ended]).kind).toBe('granted')
  })

  it('is not shortened by a policy that has changed', () => {
    const lease = leaseOf('m1', { id: idOf('b'), expiresAt: addDuration(now, minutes(60)) })
    const decision = ask('m1', [lease])
    expect(decision.kind === 'granted' && decision.lease.expiresAt).toEqual(lease.expiresAt)
  })
})

describe('a component', () => {
  it('is run by the roles that have its certificates', () => {
    expect(rolesOfComponent('etcd')).toEqual(['master'])
    expect(rolesOfComponent('kubelet')).toEqual(['worker', 'master'])
    expect(rolesOfComponent('postgresql')).toBeUndefined()
    expect(rolesOfComponent('constructor')).toBeUndefined()
  })

  it.each(['', '-a', 'Etcd', 'a_b', 'a\n', '__proto__', 'a'.repeat(52)])(
    'has no name like %j',
    (name) => {
      expect(v.safeParse(leasedComponentSchema, name).success).toBe(false)
    },
  )
})
