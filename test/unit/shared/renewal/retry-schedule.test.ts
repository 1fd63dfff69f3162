import { describe, expect, it } from 'vitest'
import { RETRY_WAITS, retryWait } from '@easycerts/shared/renewal'
import { days, minutes, seconds } from '@easycerts/shared/time'

describe('retryWait', () => {
  it('grows from a second to ten minutes, and stays there', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1000].map((failures) =>
      retryWait(failures, days(10)),
    )
    expect(waits.map((wait) => wait / 1000)).toEqual([1, 2, 5, 15, 30, 60, 120, 300, 600, 600, 600])
    expect(RETRY_WAITS).toEqual(RETRY_WAITS.toSorted((a, b) => a - b))
  })

  it('never waits longer than an eighth of the life that is left', () => {
    expect(retryWait(9, minutes(16))).toBe(minutes(2))
    expect(retryWait(9, seconds(40))).toBe(seconds(5))
  })

  it('never waits less than a second, however little is left', () => {
    expect(retryWait(9, seconds(2))).toBe(seconds(1))
    expect(retryWait(1, 1)).toBe(seconds(1))
  })

  it('waits as long as an overloaded server asks, but not for ever', () => {
    expect(retryWait(1, days(30), seconds(42))).toBe(seconds(42))
    expect(retryWait(5, days(30), seconds(2))).toBe(RETRY_WAITS[4])
    expect(retryWait(1, days(30), days(2))).toBe(minutes(10))
  })

  it('goes on after the certificate has expired, at the pace of the table', () => {
    expect([retryWait(1, 0), retryWait(9, days(-3)), retryWait(99, 0)]).toEqual([
      seconds(1),
      minutes(10),
      minutes(10),
    ])
  })
})
