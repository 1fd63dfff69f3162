import { describe, expect, it } from 'vitest'
import { renewalTime } from '@easycerts/shared/renewal'
import { addDuration, days, type Duration, hours, minutes } from '@easycerts/shared/time'
import { buildSerialNumber, buildValidity } from '@easycerts/shared/x509'
import { seededRandom } from '../../../support/random.ts'
import { NOW } from '../../../support/sample-cluster.ts'

const FAR = new Date('2036-01-01T00:00:00Z')
const SERIALS = 10_000

const random = seededRandom(2026)
const serials = Array.from({ length: SERIALS }, () =>
  buildSerialNumber(NOW, Buffer.from(Array.from({ length: 10 }, () => Math.floor(random() * 256)))),
)
/** Shares of a life, from issuance to the last second. */
const sharesOf = (life: Duration): number[] => {
  const validity = buildValidity(NOW, life, FAR)
  const whole = validity.notAfter.getTime() - NOW.getTime()
  return serials.map((serial) => (renewalTime(validity, serial).getTime() - NOW.getTime()) / whole)
}

describe('renewalTime', () => {
  it.each([
    ['two minutes', minutes(2)],
    ['an hour', hours(1)],
    ['eight hours', hours(8)],
    ['30 days', days(30)],
  ])('falls between a half and two thirds of a life of %s, for every serial number', (_, life) => {
    const shares = sharesOf(life)
    const tick = 1 / life
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(1 / 2 - tick)
    expect(Math.max(...shares)).toBeLessThanOrEqual(2 / 3 + tick)
  })

  it('is spread evenly, so that a fleet does not renew at once', () => {
    const bins = Array.from({ length: 20 }, () => 0)
    for (const share of sharesOf(days(30))) {
      const bin = Math.min(19, Math.floor((share - 1 / 2) * 6 * 20))
      bins[bin]! += 1
    }
    const expected = SERIALS / 20
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 19 degrees of freedom: beyond 43.8 in one of a thousand flat draws. The draw is seeded.
    expect(chiSquare).toBeLessThan(43.8)
  })

  it('is drawn once: the same certificate gives the same instant', () => {
    const validity = buildValidity(NOW, days(30), FAR)
    expect(renewalTime(validity, serials[0]!)).toEqual(renewalTime(validity, serials[0]!))
    expect(renewalTime(validity, serials[0]!)).not.toEqual(renewalTime(validity, serials[1]!))
  })

  it('is still ahead when the issuer ends soon, so that nobody renews in a loop', () => {
    const left = [minutes(2), minutes(6), hours(1), hours(7)]
    for (const life of left) {
      const validity = buildValidity(NOW, days(30), addDuration(NOW, life))
      const soonest = Math.min(...serials.map((serial) => renewalTime(validity, serial).getTime()))
      expect(soonest - NOW.getTime()).toBeGreaterThan(life * 0.49)
    }
  })
})
