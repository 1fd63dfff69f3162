import { describe, expect, it } from 'vitest'
import { buildSerialNumber, SERIAL_RANDOM_OCTETS, serialNumberOf } from '@easycerts/shared/x509'
import { NOW } from '../../../support/sample-cluster.ts'

const random = (octet: number) => Buffer.alloc(SERIAL_RANDOM_OCTETS, octet)

describe('buildSerialNumber', () => {
  it('is positive and 17 octets long, whatever the randomness and the time', () => {
    const instants = [NOW, new Date(0), new Date('9999-12-31T23:59:59Z')]
    for (const instant of instants)
      for (const octet of [0x00, 0x7f, 0x80, 0xff])
        expect(buildSerialNumber(instant, random(octet))).toMatch(/^01[0-9a-f]{32}$/)
  })

  it('keeps every bit of the randomness: 80, where 64 are asked for', () => {
    const octets = Buffer.from('0123456789abcdef0123', 'hex')
    expect(buildSerialNumber(NOW, octets).slice(-20)).toBe(octets.toString('hex'))
  })

  it('comes in the order of time', () => {
    const later = new Date(NOW.getTime() + 1)
    expect(buildSerialNumber(NOW, random(0xff)) < buildSerialNumber(later, random(0))).toBe(true)
  })

  it('gives the random part back octet by octet as it is, and nothing after it', () => {
    const long = Buffer.concat([random(1), random(2)])
    expect(buildSerialNumber(NOW, long)).toBe(buildSerialNumber(NOW, random(1)))
  })
})

describe('serialNumberOf', () => {
  it.each([
    ['01ff', '01ff'],
    ['0080', '80'],
    ['00', '00'],
    ['7f', '7f'],
  ])('writes the content %s as %s', (content, text) => {
    expect(serialNumberOf(Buffer.from(content, 'hex'))).toBe(text)
  })
})
