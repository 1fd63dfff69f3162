import { describe, expect, it } from 'vitest'
import { days, minutes, seconds } from '@easycerts/shared/time'
import {
  decideFork,
  FORK_GRACE,
  type ForkSituation,
} from '../../../apps/ca-server/src/authority/nodes/decide-fork.ts'
import { DisplacementLedger } from '../../../apps/ca-server/src/authority/nodes/displacement-ledger.ts'

const NOW = new Date('2030-01-10T12:00:00.000Z')
const before = (duration: number): string => new Date(NOW.getTime() - duration).toISOString()

const situation = (
  identity: Partial<ForkSituation['identity']> = {},
  more: Partial<ForkSituation> = {},
): ForkSituation => ({
  identity: {
    state: 'retired',
    ticketId: null,
    notAfter: before(0 - days(10)),
    changedAt: before(minutes(11)),
    nodeState: 'joined',
    ...identity,
  },
  now: NOW,
  isClockGood: true,
  counted: undefined,
  ...more,
})

describe('an identity that is shown after it lost its place', () => {
  it.each(['retired', 'superseded'] as const)('proves a second holder if it was %s', (state) => {
    expect(decideFork(situation({ state }))).toBe('fork')
  })

  it('accuses nobody within ten minutes, and from then on does', () => {
    expect(decideFork(situation({ changedAt: before(FORK_GRACE - seconds(1)) }))).toBe(
      'within-grace',
    )
    expect(decideFork(situation({ changedAt: before(FORK_GRACE) }))).toBe('fork')
  })

  it.each([
    ['an operator ended', { state: 'ended' }, 'not-displaced'],
    ['is the current one', { state: 'current' }, 'not-displaced'],
    [
      'came by a ticket and was never confirmed',
      { state: 'superseded', ticketId: 't' },
      'not-displaced',
    ],
    ['lost its place at a time that nobody noted', { changedAt: null }, 'not-displaced'],
    ['has expired', { notAfter: before(seconds(1)) }, 'expired'],
    ['is of a node that is frozen already', { nodeState: 'frozen' }, 'node-shut-out'],
    ['is of a node in quarantine', { nodeState: 'quarantined' }, 'node-shut-out'],
    ['is of a node that was removed', { nodeState: 'removed' }, 'node-shut-out'],
    ['is of a node that awaits its new key', { nodeState: 'joining' }, 'node-shut-out'],
  ] as const)('proves nothing if it %s', (_title, identity, expected) => {
    expect(decideFork(situation(identity))).toBe(expected)
  })

  it('proves nothing by a clock that is not believed', () => {
    expect(decideFork(situation({}, { isClockGood: false }))).toBe('clock-in-doubt')
  })

  it('proves nothing where the wall clock says an hour and the process counted a moment', () => {
    const latecomer = situation({ changedAt: before(minutes(60)) }, { counted: seconds(2) })
    expect(decideFork(latecomer)).toBe('within-grace')
  })

  it('proves nothing before its time where the wall clock went back', () => {
    expect(decideFork(situation({ changedAt: before(0 - minutes(30)) }))).toBe('within-grace')
  })
})

describe('the ledger of displacements', () => {
  it('counts from the displacement, and forgets what does not matter any more', () => {
    let now = 0
    const ledger = new DisplacementLedger(() => now)
    ledger.note('old')
    now = minutes(5)
    expect(ledger.since('old')).toBe(minutes(5))
    now = minutes(11)
    ledger.note('new')
    expect(ledger.since('old')).toBeUndefined()
    expect(ledger.since('new')).toBe(0)
  })
})
