import { windowBeforeEnd } from '@easycerts/shared/renewal'
import { addDuration, hours, minutes } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'

const NOW = new Date('2026-01-01T00:00:00Z')
const BEGIN = new Date('2025-12-31T23:55:00Z')
/** As cfssl issues for 30 days. */
const month = { notBefore: BEGIN, notAfter: addDuration(NOW, hours(720)) }
const wish = { spread: hours(1), since: NOW, least: hours(1) }
const shares = (window: { readonly start: Date; readonly end: Date }): number[] =>
  [window.start, window.end].map((at) => (at.getTime() - NOW.getTime()) / hours(1))

describe('windowBeforeEnd', () => {
  it('begins as long before the end as the spec says, and spreads', () => {
    expect(shares(windowBeforeEnd(month, { ...wish, before: hours(72) }))).toEqual([648, 649])
  })

  it('spends at most a quarter of what is left on spreading', () => {
    const before = hours(2)
    expect(shares(windowBeforeEnd(month, { ...wish, before }))).toEqual([718, 718.5])
  })

  it.each([361, 719, 2000])('never begins in the first half of a life: %i h', (before) => {
    const [start = 0, end = 0] = shares(windowBeforeEnd(month, { ...wish, before: hours(before) }))
    expect(start).toBeCloseTo(360, 0)
    expect(end).toBeCloseTo(480, 0)
  })

  it('leaves what came a moment ago alone, for half of its rest at most', () => {
    const short = {
      notBefore: BEGIN,
      notAfter: addDuration(NOW, minutes(1)),
    }
    const { start } = windowBeforeEnd(short, { ...wish, before: hours(72) })
    expect((start.getTime() - NOW.getTime()) / 1000).toBeCloseTo(30.5, 1)
    const soon = windowBeforeEnd(month, { ...wish, since: month.notAfter, before: hours(72) })
    expect(soon.start).toEqual(month.notAfter)
  })
})
