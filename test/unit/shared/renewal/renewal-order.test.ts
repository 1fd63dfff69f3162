import { describe, expect, it } from 'vitest'
import {
  instantInWindow,
  isOrdered,
  type OrderableCertificate,
  ordinaryWindow,
  type RenewalFilter,
  type RenewalOrder,
  renewalTime,
  suggestRenewal,
  windowOfOrder,
} from '@easycerts/shared/renewal'
import { addDuration, days, hours, minutes } from '@easycerts/shared/time'
import { buildSerialNumber, buildValidity, type SerialNumber } from '@easycerts/shared/x509'
import { seededRandom } from '../../../support/random.ts'
import { NOW } from '../../../support/sample-cluster.ts'

const SERIALS = 5_000
const random = seededRandom(7)
const serials = Array.from({ length: SERIALS }, () =>
  buildSerialNumber(NOW, Buffer.from(Array.from({ length: 10 }, () => Math.floor(random() * 256)))),
)
const [serialNumber] = serials as [SerialNumber]
const validity = buildValidity(NOW, days(30), new Date('2036-01-01T00:00:00Z'))

const certificate: OrderableCertificate = {
  node: 'worker-1',
  profile: 'kubelet-client',
  issuerId: 'cluster-g1',
  serialNumber,
  issuedAt: NOW,
  validity,
}

const order = (more: Partial<RenewalOrder> = {}): RenewalOrder => ({
  id: 'abc',
  filter: {},
  reason: 'weak keys',
  orderedAt: addDuration(NOW, days(1)),
  deadline: addDuration(NOW, days(1) + hours(2)),
  ...more,
})

describe('isOrdered', () => {
  it.each<readonly [string, RenewalFilter, boolean]>([
    ['all', {}, true],
    ['its node', { node: 'worker-1' }, true],
    ['another node', { node: 'worker-2' }, false],
    ['its profile', { profile: 'kubelet-client' }, true],
    ['another profile of its node', { node: 'worker-1', profile: 'kube-proxy-client' }, false],
    ['its issuer', { issuer: 'cluster-g1' }, true],
    ['another issuer', { issuer: 'etcd-g1' }, false],
    ['itself', { serialNumber }, true],
    ['another certificate', { serialNumber: '02' as SerialNumber }, false],
  ])('knows whether an order of %s concerns it', (_, filter, expected) => {
    expect(isOrdered(order({ filter }), certificate)).toBe(expected)
  })

  it('is over for what was issued after the order, which fulfils it', () => {
    const { orderedAt } = order()
    expect(isOrdered(order(), { ...certificate, issuedAt: orderedAt })).toBe(false)
    expect(isOrdered(order(), { ...certificate, issuedAt: addDuration(orderedAt, -1) })).toBe(true)
  })
})

describe('suggestRenewal', () => {
  it('suggests the ordinary window while nobody is in a hurry', () => {
    expect(suggestRenewal(certificate, [])).toEqual(ordinaryWindow(validity))
  })

  it('pulls it forward for an order, and says why', () => {
    const { start, end, order: why } = suggestRenewal(certificate, [order()])
    expect({ start, end }).toEqual(windowOfOrder(order()))
    expect(why).toEqual({ id: 'abc', reason: 'weak keys' })
  })

  it('never pushes back: an order for later than the ordinary window changes nothing', () => {
    const late = order({ deadline: addDuration(NOW, days(60)) })
    expect(suggestRenewal(certificate, [late])).toEqual(ordinaryWindow(validity))
  })

  it('follows the most urgent of several orders', () => {
    const urgent = order({ id: 'def', deadline: addDuration(NOW, days(1) + hours(1)) })
    const foreign = order({
      id: 'ghi',
      filter: { node: 'other' },
      deadline: addDuration(NOW, days(1)),
    })
    for (const orders of [
      [order(), urgent, foreign],
      [foreign, urgent, order()],
    ])
      expect(suggestRenewal(certificate, orders).order?.id).toBe('def')
  })
})

describe('an order for a whole fleet', () => {
  const { orderedAt, deadline } = order()
  const window = windowOfOrder(order())
  const times = serials.map((serial) => renewalTime(validity, serial, window).getTime())

  it('has every node renew between the order and a while before the deadline', () => {
    expect(Math.min(...times)).toBeGreaterThanOrEqual(orderedAt.getTime())
    expect(Math.max(...times)).toBeLessThanOrEqual(deadline.getTime() - minutes(15))
  })

  it('spreads the fleet evenly over that time', () => {
    const bins = Array.from({ length: 20 }, () => 0)
    const width = (window.end.getTime() - window.start.getTime()) / bins.length
    for (const time of times) {
      const bin = Math.min(bins.length - 1, Math.floor((time - window.start.getTime()) / width))
      bins[bin]! += 1
    }
    const expected = SERIALS / bins.length
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 19 degrees of freedom: beyond 43.8 in one of a thousand flat draws. The draw is seeded.
    expect(chiSquare).toBeLessThan(43.8)
  })
})

describe('a suggestion', () => {
  it('wins over the ordinary window, in either direction', () => {
    for (const start of [addDuration(NOW, days(3)), addDuration(NOW, days(23))]) {
      const window = { start, end: addDuration(start, hours(1)) }
      expect(renewalTime(validity, serialNumber, window)).toEqual(
        instantInWindow(window, serialNumber),
      )
    }
  })

  it('is never followed so late that no time for retries is left', () => {
    const late = { start: addDuration(NOW, days(90)), end: addDuration(NOW, days(91)) }
    const time = renewalTime(validity, serialNumber, late)
    expect(time.getTime() - NOW.getTime()).toBeCloseTo((days(30) - 1000) * (5 / 6), -1)
  })

  it('is never followed so early that a confused CA makes its nodes renew in a loop', () => {
    const past = { start: addDuration(NOW, days(-9)), end: addDuration(NOW, days(-8)) }
    expect(renewalTime(validity, serialNumber, past)).toEqual(addDuration(NOW, minutes(10)))
    const short = buildValidity(NOW, minutes(50), new Date('2036-01-01T00:00:00Z'))
    const soon = renewalTime(short, serialNumber, past).getTime() - NOW.getTime()
    expect(soon).toBeGreaterThan(0)
    expect(soon).toBeLessThanOrEqual(minutes(1))
  })
})
