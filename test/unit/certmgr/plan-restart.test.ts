import { addDuration, days, hours, minutes, seconds } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import {
  deadlineOf,
  type LeaseAnswer,
  planRelease,
  planRestart,
  type RestartSituation,
  turnOf,
} from '../../../apps/certmgr/src/plan/index.ts'

const now = new Date('2030-01-01T00:00:00Z')
const AWAY: LeaseAnswer = { kind: 'away' }
const LONG_AWAY = addDuration(now, 0 - hours(1))

/** The only member, whose CA has been away for an hour. */
const situation = (more: Partial<RestartSituation> = {}): RestartSituation => ({
  answer: AWAY,
  isGuarded: true,
  awaySince: LONG_AWAY,
  asked: 0,
  own: 'm1',
  members: [],
  health: [],
  deadline: undefined,
  actionTimeout: seconds(90),
  waitForCa: minutes(10),
  turn: minutes(5),
  now,
  ...more,
})

const endsIn = (left: number) =>
  deadlineOf({
    validity: { notBefore: addDuration(now, left - days(8)), notAfter: addDuration(now, left) },
  })

const reasonOf = (more: Partial<RestartSituation>) => {
  const decision = planRestart(situation(more))
  return decision.kind === 'wait' ? decision.reason : decision
}

describe('a restart while the CA answers', () => {
  it('is made under a lease that lasts as long as the restart may', () => {
    const granted = (left: number): LeaseAnswer => ({
      kind: 'granted',
      expiresAt: addDuration(now, left),
    })
    expect(reasonOf({ answer: granted(seconds(90)) })).toEqual({ kind: 'act', right: 'lease' })
    expect(reasonOf({ answer: granted(seconds(89)) })).toBe('short')
  })

  it('waits for whoever holds one, even if what is in use has ended', () => {
    const answer: LeaseAnswer = { kind: 'refused', reason: 'held', holders: ['m2 (etcd)'] }
    expect(planRestart(situation({ answer, deadline: endsIn(-1) }))).toMatchObject({
      kind: 'wait',
      reason: 'held',
      nodes: ['m2 (etcd)'],
    })
    expect(reasonOf({ answer: { kind: 'ended', how: 'broken' }, deadline: endsIn(-1) })).toBe(
      'ended',
    )
  })
})

describe('a restart while the CA is away', () => {
  it('waits for the CA first', () => {
    expect(reasonOf({ awaySince: addDuration(now, 1 - minutes(10)) })).toBe('no-answer')
    expect(reasonOf({ awaySince: addDuration(now, 0 - minutes(10)) })).toEqual({
      kind: 'act',
      right: 'members',
    })
  })

  it('is made after that wait where any number may be missed', () => {
    const decision = { kind: 'act', right: 'bound' }
    expect(reasonOf({ isGuarded: false, members: undefined, health: undefined })).toEqual(decision)
  })

  it('asks how the others are before it decides, and only in its own turn', () => {
    const members = ['m2']
    const own = turnOf({ own: 'm1', members, length: minutes(5), now })
    const mine = own.isOwn ? now : own.next
    const asked = { members, health: undefined }
    expect(planRestart(situation({ ...asked, now: mine }))).toEqual({ kind: 'look' })
    expect(reasonOf({ ...asked, now: addDuration(mine, minutes(5)) })).toBe('turn')
  })

  it.each([
    ['every other member is healthy', true, { kind: 'act', right: 'members' }],
    ['one is not', false, 'unhealthy'],
  ])('acts or waits if %s', (_, isHealthy, expected) => {
    const members = ['m2']
    const { isOwn, next } = turnOf({ own: 'm1', members, length: minutes(5), now })
    const health = [{ node: 'm2', isHealthy }]
    expect(reasonOf({ members, health, now: isOwn ? now : next })).toEqual(expected)
  })

  it('is forced by the end of what is in use, in the last eighth of its life', () => {
    const ill = { members: [], health: [{ node: 'm2', isHealthy: false }] }
    expect(reasonOf({ ...ill, deadline: endsIn(days(1) + 1) })).toBe('unhealthy')
    expect(reasonOf({ ...ill, deadline: endsIn(days(1)) })).toEqual({
      kind: 'act',
      right: 'emergency',
    })
    expect(reasonOf({ ...ill, deadline: endsIn(days(1)), awaySince: now })).toEqual({
      kind: 'act',
      right: 'emergency',
    })
  })

  it('waits where nobody told who the others are, unless what is in use ends soon', () => {
    const unknown = { members: undefined, health: undefined }
    expect(reasonOf(unknown)).toBe('members-unknown')
    const { isOwn, next } = turnOf({ own: 'm1', members: undefined, length: minutes(5), now })
    expect(reasonOf({ ...unknown, deadline: endsIn(days(1)), now: isOwn ? now : next })).toEqual({
      kind: 'act',
      right: 'emergency',
    })
  })

  it('is never forced by a bundle, which ends nothing', () => {
    const health = [{ node: 'm2', isHealthy: false }]
    for (const waited of [hours(1), days(30), days(3650)])
      expect(reasonOf({ health, awaySince: addDuration(now, 0 - waited) })).toBe('unhealthy')
  })

  it('is forced out of turn only if no turn comes before the end', () => {
    const members = ['m0', 'm2']
    const { next } = turnOf({ own: 'm1', members, length: minutes(5), now })
    const other = addDuration(next, 0 - minutes(5))
    const health = members.map((node) => ({ node, isHealthy: false }))
    const at = (left: number) =>
      reasonOf({
        ...{ members, health, now: other },
        deadline: { forceAt: LONG_AWAY, notAfter: addDuration(other, left) },
      })
    expect(at(minutes(6))).toBe('turn')
    expect(at(minutes(4))).toEqual({ kind: 'act', right: 'emergency' })
  })
})

describe('the turns of members', () => {
  it('are never those of two at one time, and everyone has one in each round', () => {
    const names = ['m1', 'm2', 'm3', 'm4', 'm5']
    const length = minutes(5)
    const had = new Set<string>()
    for (let passed = 0; passed < 5 * length; passed += seconds(7)) {
      const at = addDuration(now, passed)
      const turns = names.filter((own) => {
        const members = names.filter((name) => name !== own)
        return turnOf({ own, members, length, now: at }).isOwn
      })
      expect(turns.length).toBeLessThanOrEqual(1)
      for (const name of turns) had.add(name)
    }
    expect([...had].toSorted()).toEqual(names)
  })

  it('come when they are said to come', () => {
    for (let passed = 0; passed < hours(1); passed += seconds(11)) {
      const facts = { own: 'm2', members: ['m1', 'm3'], length: minutes(5) }
      const { next } = turnOf({ ...facts, now: addDuration(now, passed) })
      expect(next.getTime() - now.getTime()).toBeGreaterThan(passed)
      expect(next.getTime() - now.getTime() - passed).toBeLessThanOrEqual(minutes(15))
      expect(turnOf({ ...facts, now: next }).isOwn).toBe(true)
    }
  })

  it('are never shared for clocks that differ by less than half of one', () => {
    const length = minutes(5)
    for (let passed = 0; passed < 3 * length; passed += seconds(3)) {
      const at = addDuration(now, passed)
      const late = addDuration(at, length / 2 - 1)
      const one = turnOf({ own: 'm1', members: ['m2'], length, now: at })
      const two = turnOf({ own: 'm2', members: ['m1'], length, now: late })
      expect(one.isOwn && two.isOwn).toBe(false)
    }
  })

  it('are spread by name where nobody told who the others are', () => {
    const owners = Array.from({ length: 64 }, (_, index) => `m${index}`).filter(
      (own) => turnOf({ own, members: undefined, length: minutes(5), now }).isOwn,
    )
    expect(owners.length).toBeGreaterThan(0)
    expect(owners.length).toBeLessThan(24)
  })
})

describe('a lease after the restart', () => {
  const plan = (passed: number, isBack = false, isHeld = true) =>
    planRelease({
      ...{ isBack, isHeld, actedAt: now, window: minutes(2) },
      now: addDuration(now, passed),
    })

  it('is given back once the component works, however late', () => {
    expect(plan(0, true)).toEqual({ kind: 'release' })
    expect(plan(days(1), true, false)).toEqual({ kind: 'release' })
  })

  it('is kept while it does not, with an alarm after the window', () => {
    expect(plan(minutes(2) - 1).kind).toBe('look')
    expect(plan(minutes(2)).kind).toBe('alarm')
  })

  it('is looked after soon as long as it keeps others waiting', () => {
    const waitOf = (isHeld: boolean) => {
      const decision = plan(minutes(30), false, isHeld)
      return decision.kind === 'alarm' && decision.at.getTime() - now.getTime() - minutes(30)
    }
    expect(waitOf(true)).toBe(seconds(15))
    expect(waitOf(false)).toBe(minutes(10))
  })
})
