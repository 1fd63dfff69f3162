import { describe, expect, it } from 'vitest'
import { AttemptLedger } from '../../../apps/ca-server/src/authority/index.ts'

const at = (minutes: number): Date => new Date(Date.UTC(2030, 0, 1, 0, minutes))

describe('the ledger of attempts', () => {
  it('takes the first of an hour for news, and counts the others until the next', () => {
    const ledger = new AttemptLedger()
    expect(ledger.note('node a', at(0))).toEqual({ isNews: true, unrecorded: 0 })
    expect(ledger.note('node a', at(1))).toEqual({ isNews: false })
    expect(ledger.note('node a', at(59))).toEqual({ isNews: false })
    expect(ledger.note('node b', at(59))).toEqual({ isNews: true, unrecorded: 0 })
    expect(ledger.note('node a', at(60))).toEqual({ isNews: true, unrecorded: 2 })
    expect(ledger.note('node a', at(121))).toEqual({ isNews: true, unrecorded: 0 })
  })

  it('takes at most a hundred requesters an hour for news, however many come', () => {
    const ledger = new AttemptLedger()
    const newsAt = (minute: number, prefix: string): number =>
      Array.from({ length: 10_000 }, (_, index) =>
        ledger.note(`${prefix} ${index}`, at(minute)),
      ).filter(({ isNews }) => isNews).length
    expect(newsAt(0, 'node')).toBe(100)
    expect(newsAt(30, 'other')).toBe(0)
    expect(newsAt(60, 'third')).toBe(100)
  })
})
