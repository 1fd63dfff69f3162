import { describe, expect, it } from 'vitest'
import {
  addDuration,
  describeDuration,
  formatDuration,
  hours,
  parseDuration,
  truncateToSecond,
} from '@easycerts/shared/time'
import { codeOf } from '../../../support/to-throw-code.ts'

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['90s', 90_000],
    ['15m', 900_000],
    ['72h', 259_200_000],
    ['30d', 2_592_000_000],
    ['9999999s', 9_999_999_000],
  ])('reads %s as %i ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  it.each(['', '5', 's', '1w', '1M', '1y', '1H', '-1s', '+1s', '1.5h', '1h30m', '1 h', ' 1h'])(
    'refuses "%s"',
    (text) => {
      expect(codeOf(() => parseDuration(text))).toBe('ERR_DURATION_INVALID')
    },
  )

  it.each(['1h\n', '１h', '1e3s', '0x10s', '99999999s'])('refuses %j', (text) => {
    expect(codeOf(() => parseDuration(text))).toBe('ERR_DURATION_INVALID')
  })
})

describe('formatDuration', () => {
  it.each([
    ['0s', '0s'],
    ['59s', '59s'],
    ['60s', '1m'],
    ['90s', '90s'],
    ['720h', '30d'],
    ['721h', '721h'],
  ])('writes %s as %s, in the largest unit that is exact', (given, written) => {
    expect(formatDuration(parseDuration(given))).toBe(written)
    expect(parseDuration(written)).toBe(parseDuration(given))
  })

  it('rounds what no unit holds to a second', () => {
    expect(formatDuration(1_600)).toBe('2s')
  })
})

describe('describeDuration', () => {
  it.each([
    [0, '0s'],
    [999, '1s'],
    [400, '0s'],
    [-400, '0s'],
    [100_000, '1m 40s'],
    [59_999, '1m 0s'],
    [2_588_400_000, '29d 23h'],
    [-3_661_000, '-1h 1m'],
  ])('tells people %i ms as %s', (milliseconds, words) => {
    expect(describeDuration(milliseconds)).toBe(words)
  })
})

describe('the clock of certificates', () => {
  it('adds over a leap day and over a change of daylight saving', () => {
    expect(addDuration(new Date('2028-02-28T12:00:00Z'), hours(24)).toISOString()).toBe(
      '2028-02-29T12:00:00.000Z',
    )
  })

  it.each([
    ['2026-03-01T00:00:00.999Z', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['1969-12-31T23:59:59.500Z', '1969-12-31T23:59:59.000Z'],
  ])('truncates %s to %s', (instant, second) => {
    expect(truncateToSecond(new Date(instant)).toISOString()).toBe(second)
  })
})
