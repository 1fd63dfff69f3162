import { parseGoDuration } from '@easycerts/shared/legacy-certmgr'
import { hours, minutes } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../../support/to-throw-code.ts'

describe('a duration as Go writes it', () => {
  it.each([
    ['0', 0],
    ['72h', hours(72)],
    ['1h30m', minutes(90)],
    ['1.5h', minutes(90)],
    ['.5m', minutes(0.5)],
    ['1.s', 1000],
    ['+3m', minutes(3)],
    ['3m3m', minutes(6)],
    ['1500ms', 1500],
    ['2000us', 2],
    ['2000µs', 2],
    ['2000μs', 2],
    ['3000000ns', 3],
    ['72h0m0s', hours(72)],
  ])('%s', (text, milliseconds) => {
    expect(parseGoDuration(text)).toBe(milliseconds)
  })

  it.each([
    '',
    ' ',
    '30',
    '1d',
    '1w',
    '-1h',
    '++1h',
    '1 h',
    'h',
    '.h',
    '1H',
    '1h ',
    '1e3s',
    '0x1s',
    '∞s',
    '９s',
    '99999999999999999h',
    '1h'.repeat(33),
    '1h30',
    '1,5h',
    '1_000s',
  ])('refuses %j', (text) => {
    expect(codeOf(() => parseGoDuration(text))).toBe('ERR_DURATION_INVALID')
  })
})
