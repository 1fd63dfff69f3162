import { describe, expect, it } from 'vitest'
import { DerReader, encodeTlv, readTime, TAG, time } from '@easycerts/shared/asn1'
import { codeOf } from '../../../support/to-throw-code.ts'

const element = (tag: number, text: string) =>
  new DerReader(encodeTlv(tag, Buffer.from(text, 'latin1'))).next()
const utc = (text: string) => readTime(element(TAG.UTC_TIME, text))
const generalized = (text: string) => readTime(element(TAG.GENERALIZED_TIME, text))
const textOf = (instant: string) => time(new Date(instant)).subarray(2).toString('latin1')

describe('time', () => {
  it.each([
    ['1949-12-31T23:59:59Z', '19491231235959Z'],
    ['1950-01-01T00:00:00Z', '500101000000Z'],
    ['2026-03-01T01:02:03.999Z', '260301010203Z'],
    ['2049-12-31T23:59:59Z', '491231235959Z'],
    ['2050-01-01T00:00:00Z', '20500101000000Z'],
    ['9999-12-31T23:59:59Z', '99991231235959Z'],
  ])('writes %s as %s', (instant, text) => {
    expect(textOf(instant)).toBe(text)
    expect(time(new Date(instant))[0]).toBe(
      text.length === 13 ? TAG.UTC_TIME : TAG.GENERALIZED_TIME,
    )
  })

  it('refuses a year that X.509 cannot write', () => {
    expect(codeOf(() => time(new Date('+010000-01-01T00:00:00Z')))).toBe(
      'ERR_VALIDITY_NOT_PERMITTED',
    )
    expect(codeOf(() => time(new Date(Number.NaN)))).toBe('ERR_VALIDITY_NOT_PERMITTED')
  })
})

describe('readTime', () => {
  it.each([
    ['491231235959Z', '2049-12-31T23:59:59.000Z'],
    ['500101000000Z', '1950-01-01T00:00:00.000Z'],
    ['000229120000Z', '2000-02-29T12:00:00.000Z'],
  ])('reads UTCTime %s as %s', (text, instant) => {
    expect(utc(text).toISOString()).toBe(instant)
  })

  it.each([
    ['20491231235959Z', '2049-12-31T23:59:59.000Z'],
    ['20500101000000Z', '2050-01-01T00:00:00.000Z'],
    ['99991231235959Z', '9999-12-31T23:59:59.000Z'],
  ])('reads GeneralizedTime %s as %s', (text, instant) => {
    expect(generalized(text).toISOString()).toBe(instant)
  })

  it.each([
    ['the 30th of February', '260230000000Z'],
    ['a leap day in a common year', '260229000000Z'],
    ['month 13', '261301000000Z'],
    ['month 0', '260001000000Z'],
    ['day 0', '260100000000Z'],
    ['hour 24', '260101240000Z'],
    ['minute 60', '260101006000Z'],
    ['second 60', '260101000060Z'],
    ['no seconds', '2601010000Z'],
    ['no Z', '260101000000'],
    ['an offset', '260101000000+0100'],
    ['a line end', '260101000000Z\n'],
    ['four digits of the year', '20260101000000Z'],
    ['nothing', ''],
  ])('refuses UTCTime with %s', (_, text) => {
    expect(codeOf(() => utc(text))).toBe('ERR_DER_MALFORMED')
  })

  it.each([
    ['a fraction', '20260101000000.5Z'],
    ['two digits of the year', '260101000000Z'],
    ['the 31st of June', '20260631000000Z'],
    ['a year before 100, which Date takes for 19xx', '00500101000000Z'],
    ['no Z', '20260101000000'],
  ])('refuses GeneralizedTime with %s', (_, text) => {
    expect(codeOf(() => generalized(text))).toBe('ERR_DER_MALFORMED')
  })

  it('refuses an element that is no time', () => {
    expect(codeOf(() => readTime(element(TAG.UTF8_STRING, '260101000000Z')))).toBe(
      'ERR_DER_MALFORMED',
    )
  })
})
