import { beforeEach, describe, expect, it } from 'vitest'
import { hours, minutes, seconds } from '@easycerts/shared/time'
import {
  createIssuanceLimiter,
  type IssuanceLimiter,
} from '../../../apps/ca-server/src/http/limits/issuance-limiter.ts'
import { EasycertsError } from '@easycerts/shared/errors'

let now: number
let take: IssuanceLimiter
beforeEach(() => {
  now = 0
  // One in twelve seconds, as by default.
  take = createIssuanceLimiter({ certificatesPerHour: 300, certificatesAtOnce: 60 }, () => now)
})

/** How many of so many wishes are granted. */
const granted = (node: string, wishes: number): number => {
  let count = 0
  for (let turn = 0; turn < wishes; turn++)
    try {
      take(node)
      count++
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_RATE_LIMITED', rule: 'issuance-rate' })
    }
  return count
}

const waitOf = (node: string): number | undefined => {
  try {
    take(node)
    return undefined
  } catch (error) {
    return error instanceof EasycertsError ? error.retryAfter : undefined
  }
}

describe('the account of a node', () => {
  it('holds the certificates of a first join of a master, and no more than its burst', () => {
    expect(granted('master-1', 100)).toBe(60)
  })

  it('refills evenly, and says exactly when the next one is there', () => {
    granted('worker-1', 60)
    expect(waitOf('worker-1')).toBe(seconds(12))
    now += seconds(11)
    expect(waitOf('worker-1')).toBe(seconds(1))
    now += seconds(1)
    expect(granted('worker-1', 5)).toBe(1)
    now += minutes(2)
    expect(granted('worker-1', 20)).toBe(10)
  })

  it('is full again after a time without, and never fuller', () => {
    granted('worker-1', 60)
    now += hours(48)
    expect(granted('worker-1', 100)).toBe(60)
  })

  it('gives at most the burst and the rate in any hour, however the node spreads its wishes', () => {
    let count = 0
    for (; now < hours(1); now += seconds(4)) count += granted('worker-1', 1)
    // The last of the refills falls on the end of the hour.
    expect(count).toBe(60 + 299)
  })

  it('is its own: no other node pays', () => {
    granted('worker-1', 100)
    expect(granted('worker-2', 60)).toBe(60)
  })

  it('is kept while it is used, whatever the number of nodes that come and go', () => {
    granted('worker-1', 60)
    for (let index = 0; index < 5000; index++) take(`other-${index}`)
    expect(granted('worker-1', 1)).toBe(0)
    now += seconds(12)
    for (let index = 0; index < 5000; index++) take(`more-${index}`)
    expect(granted('worker-1', 2)).toBe(1)
  })
})
