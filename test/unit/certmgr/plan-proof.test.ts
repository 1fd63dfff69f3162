import { addDuration, hours, minutes, seconds } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import {
  afterActions,
  afterLook,
  isLookDue,
  planProof,
  type ProofRecord,
  recordFor,
  type Sighting,
} from '../../../apps/certmgr/src/plan/index.ts'

const since = new Date('2030-01-01T00:00:00Z')
const WINDOW = minutes(2)
const OLD: Sighting = { kind: 'old', serialNumber: '01' }
const OTHER: Sighting = { kind: 'other' }
const REFUSED: Sighting = { kind: 'refused', why: 'x' }
const UNREACHABLE: Sighting = { kind: 'unreachable', why: 'x' }

const decide = (
  seen: Sighting,
  passed: number,
  { use = 'server', mayEscalate = true }: { use?: 'server' | 'client'; mayEscalate?: boolean } = {},
) =>
  planProof({
    ...{ seen, since, use, mayEscalate, window: WINDOW },
    now: addDuration(since, passed),
  })

describe('the proof that a certificate is in use', () => {
  it('is there as soon as it is seen, however late', () => {
    expect(decide({ kind: 'new' }, 0)).toEqual({ kind: 'proven' })
    expect(decide({ kind: 'new' }, hours(5))).toEqual({ kind: 'proven' })
  })

  it.each([OLD, OTHER, REFUSED, UNREACHABLE])('is waited for within the window: $kind', (seen) => {
    expect(decide(seen, WINDOW - 1).kind).toBe('wait')
  })

  it('is looked for soon at first, then more seldom, and always at the end of the window', () => {
    const waitAfter = (passed: number): number => {
      const decision = decide(OLD, passed)
      return decision.kind === 'wait' ? decision.until.getTime() - since.getTime() - passed : -1
    }
    expect([0, seconds(10), seconds(80), seconds(119)].map(waitAfter)).toEqual([
      seconds(1),
      seconds(5),
      seconds(30),
      seconds(1),
    ])
  })

  it.each([
    ['the old one that may be helped', OLD, true, 'escalate'],
    ['the old one', OLD, false, 'alarm'],
    ['another one', OTHER, true, 'alarm'],
    ['no connection', REFUSED, true, 'alarm'],
    ['nobody', UNREACHABLE, true, 'alarm'],
  ] as const)('after the window: %s', (_, seen, mayEscalate, kind) => {
    const decision = decide(seen, WINDOW, { mayEscalate })
    expect(decision.kind).toBe(kind)
    if (decision.kind === 'alarm') expect(decision.reason).toBe(seen.kind)
  })

  it('is never missed of a unit that does not run', () => {
    expect(decide({ kind: 'stopped' }, hours(5)).kind).toBe('idle')
  })

  it('does not blame a client for a server that is away, but for one that refuses it', () => {
    expect(decide(UNREACHABLE, WINDOW, { use: 'client' }).kind).toBe('wait')
    expect(decide(REFUSED, WINDOW, { use: 'client' }).kind).toBe('alarm')
  })
})

describe('the record of a proof', () => {
  const fresh = recordFor(undefined, '02')
  const look = (record: ProofRecord, seen: Sighting, passed: number): ProofRecord =>
    afterLook(afterActions(record, addDuration(since, passed)), {
      ...{ seen, window: WINDOW, use: 'server', canEscalate: true },
      now: addDuration(since, passed),
    })

  it('begins anew with each certificate, and lasts as long as that', () => {
    const proven = look(fresh, { kind: 'new' }, 0)
    expect(proven).toEqual({ serialNumber: '02', state: 'proven', provenAt: since })
    expect(recordFor(proven, '02')).toBe(proven)
    expect(recordFor(proven, '03')).toEqual({ serialNumber: '03', state: 'waiting' })
    expect(isLookDue(proven, addDuration(since, hours(9)))).toBe(false)
  })

  it('wants one escalation for a certificate, gives it a window of its own, and then alarms', () => {
    const begun = look(fresh, OLD, 0)
    const wanted = look(begun, OLD, WINDOW)
    expect(wanted).toMatchObject({ state: 'waiting', escalation: 'wanted' })
    const made: ProofRecord = { ...wanted, escalation: 'made' }
    const waiting = look(made, OLD, WINDOW + seconds(1))
    expect(waiting.state).toBe('waiting')
    const alarmed = look(waiting, OLD, 2 * WINDOW + seconds(1))
    expect(alarmed).toMatchObject({ state: 'alarm', reason: 'old', servedSerialNumber: '01' })
    let record = alarmed
    for (let round = 3; round < 100; round++) record = look(record, OLD, round * WINDOW)
    expect(record.escalation).toBe('made')
    expect(look(record, { kind: 'new' }, hours(9)).state).toBe('proven')
  })

  it('begins the window when a unit that was stopped runs', () => {
    const stopped = look(fresh, { kind: 'stopped' }, 0)
    expect(look(stopped, UNREACHABLE, hours(1)).state).toBe('waiting')
    expect(look(look(stopped, UNREACHABLE, hours(1)), UNREACHABLE, hours(2)).state).toBe('alarm')
  })

  it('begins the window anew when the clock was set back', () => {
    const begun = look(fresh, OLD, hours(1))
    expect(look(begun, OLD, 0)).toMatchObject({ state: 'waiting', since })
  })
})
