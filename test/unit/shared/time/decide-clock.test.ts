import { describe, expect, it } from 'vitest'
import {
  addDuration,
  type ClockSituation,
  days,
  decideClock,
  DEFAULT_CLOCK_LIMITS,
  hours,
  minutes,
  seconds,
} from '@easycerts/shared/time'
import { NOW } from '../../../support/sample-cluster.ts'

const decide = (situation: Partial<ClockSituation>) =>
  decideClock(
    {
      wall: NOW,
      monotonic: 0,
      reference: undefined,
      believedAt: NOW,
      isHeld: false,
      ...situation,
    },
    DEFAULT_CLOCK_LIMITS,
  )

/** A process that looked a while ago, by its own count. */
const lookedAgo = (counted: number, moved: number): Partial<ClockSituation> => ({
  wall: addDuration(NOW, moved),
  monotonic: 1000 + counted,
  reference: { wall: NOW, monotonic: 1000 },
})

describe('decideClock', () => {
  it('believes the first clock that it sees', () => {
    expect(decide({ believedAt: undefined })).toEqual({ state: 'good' })
  })

  it.each([
    ['a second', seconds(-1)],
    ['exactly a minute', seconds(-60)],
  ])('believes a clock that was set back by %s', (_, by) => {
    expect(decide({ wall: addDuration(NOW, by) })).toEqual({ state: 'good' })
  })

  it.each([
    ['just over a minute', seconds(60) + 1],
    ['a year', days(365)],
  ])('does not believe a clock that is %s behind what was believed', (_, by) => {
    const expected = { state: 'behind', by, limit: seconds(60) }
    expect(decide({ wall: addDuration(NOW, -by) })).toEqual(expected)
    expect(decide({ ...lookedAgo(0, -by) })).toEqual(expected)
  })

  it('compares with the records, whatever this process counted', () => {
    expect(decide({ ...lookedAgo(0, 0), believedAt: addDuration(NOW, hours(1)) })).toMatchObject({
      state: 'behind',
      by: hours(1),
    })
  })

  it('compares with its own last look before the first record', () => {
    const look = { ...lookedAgo(0, hours(-1)), believedAt: undefined }
    expect(decide(look)).toMatchObject({ state: 'behind', by: hours(1) })
  })

  it('believes any time that the process itself has counted', () => {
    expect(decide(lookedAgo(days(100), days(100)))).toEqual({ state: 'good' })
  })

  it.each([
    ['six hours more than was counted', hours(6), true],
    ['more than six hours more than was counted', hours(6) + 1, false],
  ])('judges a clock that went forward by %s', (_, ahead, isGood) => {
    const decision = decide(lookedAgo(minutes(1), minutes(1) + ahead))
    expect(decision).toEqual(
      isGood ? { state: 'good' } : { state: 'jumped', by: ahead, limit: hours(6) },
    )
  })

  it.each([
    ['a stop of thirty days', days(30), false, true],
    ['a stop of more than thirty days', days(30) + 1, false, false],
    ['a stop of a day after a jump that nobody explained', days(1), true, false],
    ['a stop of an hour after a jump, with the clock put right', hours(1), true, true],
  ])('judges %s', (_, away, isHeld, isGood) => {
    expect(decide({ wall: addDuration(NOW, away), isHeld }).state).toBe(isGood ? 'good' : 'jumped')
  })
})
