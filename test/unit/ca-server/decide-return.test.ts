import { describe, expect, it } from 'vitest'
import { days, hours, minutes } from '@easycerts/shared/time'
import {
  decideReturn,
  type ReturnSituation,
} from '../../../apps/ca-server/src/authority/nodes/decide-return.ts'

const NOW = new Date('2030-03-01T00:00:00.000Z')
const ago = (duration: number): string => new Date(NOW.getTime() - duration).toISOString()

const decide = (
  identity: Partial<ReturnSituation['identity']> = {},
  more: Partial<ReturnSituation> = {},
) =>
  decideReturn({
    identity: {
      state: 'current',
      ticketId: null,
      notAfter: ago(days(3)),
      changedAt: ago(days(33)),
      revokedAt: null,
      ...identity,
    },
    role: 'worker',
    bounds: { worker: days(30), master: null },
    now: NOW,
    ...more,
  })

describe('the return of a node whose identity has expired', () => {
  it('is granted to the last instant of the bound, and not beyond', () => {
    expect(decide()).toBe('granted')
    expect(decide({ notAfter: ago(days(30)) })).toBe('granted')
    expect(decide({ notAfter: ago(days(30) + 1) })).toBe('away-too-long')
  })

  it('is granted to a node that had switched to a successor and never came to confirm it', () => {
    expect(decide({ state: 'pending' })).toBe('granted')
  })

  it('is no way in for a join that was never confirmed', () => {
    expect(decide({ state: 'pending', ticketId: 'abcdefghjkmn' })).toBe('never-confirmed')
  })

  it('is for identities that have expired', () => {
    expect(decide({ notAfter: ago(0 - hours(1)) })).toBe('not-expired')
  })

  it('is off for masters, unless the operator wants it', () => {
    expect(decide({}, { role: 'master' })).toBe('role-may-not')
    const bounds = { worker: null, master: days(5) }
    expect(decide({}, { role: 'master', bounds })).toBe('granted')
    expect(decide({}, { bounds })).toBe('role-may-not')
  })

  it('ends with a revocation, whatever else holds', () => {
    expect(decide({ revokedAt: ago(0) })).toBe('revoked')
    expect(decide({ revokedAt: ago(0), state: 'ended' })).toBe('revoked')
  })

  it('ends with whatever an operator ended', () => {
    expect(decide({ state: 'ended' })).toBe('superseded')
  })

  it.each(['retired', 'superseded'] as const)(
    'alarms where the identity was %s before',
    (state) => {
      expect(decide({ state, changedAt: ago(minutes(9)) })).toBe('superseded')
      expect(decide({ state, changedAt: ago(minutes(10)) })).toBe('contested')
    },
  )
})
