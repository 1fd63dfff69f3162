import { addDuration, days, describeDuration, hours } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { firstOutageOf, outageLine } from '../../../apps/certmgr/src/report/first-outage.ts'

const now = new Date('2030-01-01T00:00:00Z')
const endingIn = (name: string, left: number) => ({ name, notAfter: addDuration(now, left) })
const until = (instant: Date | undefined): string =>
  instant ? describeDuration(instant.getTime() - now.getTime()) : '-'
const lineOf = (left: number): string | undefined => {
  const outage = firstOutageOf([endingIn('kubelet-client', left)], now)
  return outage && outageLine(outage, until)
}

describe('the first outage if the CA stays down', () => {
  it('is the end of the certificate that ends first, in whole days', () => {
    const certificates = [
      endingIn('a', days(20)),
      endingIn('b', days(12) + hours(23)),
      { name: 'missing' },
    ]
    const at = addDuration(now, days(12) + hours(23))
    expect(firstOutageOf(certificates, now)).toEqual({ name: 'b', at, days: 12 })
  })

  it('is not known where no certificate is', () => {
    expect(firstOutageOf([{ name: 'missing' }], now)).toBeUndefined()
  })

  it('is today on the last day, and stays today after the end', () => {
    expect(firstOutageOf([endingIn('a', hours(5))], now)?.days).toBe(0)
    expect(firstOutageOf([endingIn('a', days(-5))], now)?.days).toBe(0)
  })

  it('is told in words', () => {
    expect(lineOf(days(9) + hours(3))).toBe(
      'outage    9 days until the first if the CA stays down: kubelet-client, in 9d 3h',
    )
    expect(lineOf(hours(30))).toContain('1 day until')
    expect(lineOf(hours(-2))).toBe('outage    kubelet-client ended 2h 0m ago')
  })
})
