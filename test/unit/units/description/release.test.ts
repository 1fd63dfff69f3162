import { describe, expect, test } from 'vitest'
import { compareReleases, isWithin, parseRelease } from '@easycerts/units/description'

describe('a release', () => {
  test.each(['0.19', '1.5', '1.36'])('is %s', (text) => {
    expect(parseRelease(text)).toBe(text)
  })

  test.each(['1', '1.36.2', 'v1.36', '2.0', '1.036', '1.100', ''])('is not "%s"', (text) => {
    expect(() => parseRelease(text)).toThrow('is not a release')
  })

  test('comes by its number and not by its text', () => {
    expect(['1.10', '1.9', '0.19', '1.36', '1.5'].toSorted(compareReleases)).toEqual([
      '0.19',
      '1.5',
      '1.9',
      '1.10',
      '1.36',
    ])
  })

  test('lies in a range with its first and without its last', () => {
    const within = (text: string) => isWithin(parseRelease(text), { since: '1.9', before: '1.15' })
    expect(['1.8', '1.9', '1.14', '1.15'].map(within)).toEqual([false, true, true, false])
    expect(isWithin(parseRelease('0.19'), {})).toBe(true)
  })
})
