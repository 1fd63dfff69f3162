import { describe, expect, it } from 'vitest'
import { addDuration, days, type Duration, hours, minutes, seconds } from '@easycerts/shared/time'
import { buildValidity, isValidAt, issuedAtOf } from '@easycerts/shared/x509'
import { NOW } from '../../../support/sample-cluster.ts'

const FAR = new Date('2036-01-01T00:00:00Z')
const after = (duration: number) => addDuration(NOW, duration)
const build = (life: Duration, issuerNotAfter = FAR) => buildValidity(NOW, life, issuerNotAfter)

describe('buildValidity', () => {
  it.each([
    ['30 days', days(30), minutes(5)],
    ['8 hours', hours(8), minutes(5)],
    ['a second less than 8 hours', hours(8) - 1000, seconds(288)],
    ['an hour', hours(1), seconds(36)],
    ['two minutes', minutes(2), seconds(2)],
    ['99 seconds', seconds(99), seconds(1)],
  ])(
    'backdates a life of %s by five minutes, or by 1 % rounded up to a second',
    (_, life, backdate) => {
      expect(build(life as Duration).notBefore).toEqual(after(0 - backdate))
    },
  )

  it('counts the life from issuance, and the last second with it', () => {
    expect(build(hours(1)).notAfter).toEqual(after(hours(1) - 1000))
  })

  it('starts from the whole second of issuance', () => {
    const { notBefore, notAfter } = buildValidity(after(999), days(1), FAR)
    expect([notBefore, notAfter]).toEqual([after(minutes(-5)), after(days(1) - 1000)])
  })

  it('never goes beyond the end of the issuer', () => {
    expect(build(days(30), after(days(2))).notAfter).toEqual(after(days(2)))
  })

  it('backdates by the life that is left when the issuer cuts it', () => {
    expect(build(days(30), after(hours(1) - 1000)).notBefore).toEqual(after(seconds(-36)))
  })
})

describe('issuedAtOf', () => {
  const lives = [
    ...Array.from({ length: 30_000 }, (_, index) => index + 1),
    ...Array.from({ length: 3_000 }, (_, index) => 28_800 + index * 997),
  ]

  it('gives the instant of issuance back, over lives from a second to a month', () => {
    const wrong = lives.filter(
      (life) => issuedAtOf(build(seconds(life))).getTime() !== NOW.getTime(),
    )
    expect(wrong).toEqual([])
  })

  it('gives it back too when the issuer ended the life early', () => {
    const wrong = lives.filter((left) => {
      const validity = build(days(30), after(seconds(left) - 1000))
      return issuedAtOf(validity).getTime() !== NOW.getTime()
    })
    expect(wrong).toEqual([])
  })
})

describe('isValidAt', () => {
  const validity = build(hours(1))

  it.each([
    ['before its first second', seconds(-36) - 1, false],
    ['at its first instant', seconds(-36), true],
    ['at issuance', 0, true],
    ['at its last whole second', hours(1) - 1000, true],
    ['within its last second, which counts', hours(1) - 1, true],
    ['after its last second', hours(1) as number, false],
  ])('is judged %s', (_, offset, isValid) => {
    expect(isValidAt(validity, after(offset))).toBe(isValid)
  })
})
