import { describe, expect, it } from 'vitest'
import {
  DerReader,
  readBoolean,
  readInteger,
  readObjectIdentifier,
  readOctetBits,
  TAG,
} from '@easycerts/shared/asn1'
import { codeOf } from '../../../support/to-throw-code.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const next = (text: string) => new DerReader(hex(text)).next()

describe('DerReader', () => {
  it.each([
    ['an empty element', '05 00', 0],
    ['a short length', '04 01 ff', 1],
    ['the longest short length', `04 7f ${'00'.repeat(127)}`, 127],
    ['the shortest long length', `04 81 80 ${'00'.repeat(128)}`, 128],
    ['a length of two octets', `04 82 01 00 ${'00'.repeat(256)}`, 256],
  ])('reads %s', (_, encoding, length) => {
    const element = next(encoding)
    expect(element.content.length).toBe(length)
    expect(element.encoding).toEqual(hex(encoding))
  })

  it.each([
    ['an indefinite length', '30 80 00 00'],
    ['a length of one octet where the short form would do', `04 81 7f ${'00'.repeat(127)}`],
    ['a length with a leading zero', `04 82 00 80 ${'00'.repeat(128)}`],
    ['the reserved first octet of a length', '04 ff 01 00'],
    ['a length of five octets', '04 85 00 00 00 00 01 00'],
    ['a length of four gigabytes', '04 84 ff ff ff ff 00'],
    ['a length beyond its container', '04 02 00'],
    ['a length that is cut off', '04 82 01'],
    ['a tag without a length', '04'],
    ['a tag of several octets', '1f 81 01 00'],
    ['nothing', ''],
  ])('refuses %s', (_, encoding) => {
    expect(codeOf(() => next(encoding))).toBe('ERR_DER_MALFORMED')
  })

  it('refuses an element that is longer than the sequence around it', () => {
    const sequence = new DerReader(hex('30 03 04 02 00 00')).enter('sequence')
    expect(codeOf(() => sequence.next())).toBe('ERR_DER_MALFORMED')
  })

  it('refuses another tag than the one expected', () => {
    expect(codeOf(() => new DerReader(hex('02 01 00')).enter('sequence'))).toBe('ERR_DER_MALFORMED')
  })

  it('takes an optional element only if it is there', () => {
    const reader = new DerReader(hex('01 01 ff'))
    expect(reader.optional(TAG.INTEGER)).toBeUndefined()
    expect(reader.optional(TAG.BOOLEAN)?.content).toEqual(hex('ff'))
    expect(reader.optional(TAG.BOOLEAN)).toBeUndefined()
  })

  it('refuses octets after the end', () => {
    const reader = new DerReader(hex('05 00 00'))
    reader.next()
    expect(codeOf(() => reader.end('null'))).toBe('ERR_DER_MALFORMED')
    const whole = new DerReader(hex('05 00'))
    whole.next()
    expect([whole.atEnd, whole.nextTag]).toEqual([true, -1])
    expect(() => whole.end('null')).not.toThrow()
  })
})

describe('readInteger', () => {
  it.each(['00', '7f', '0080', '80', 'ff7f', 'ff'])('reads %s', (content) => {
    expect(readInteger(hex(content))).toEqual(hex(content))
  })

  it.each([
    ['empty', ''],
    ['padded with a zero', '007f'],
    ['zero, padded', '0000'],
    ['negative, padded', 'ff80'],
    ['minus one, padded', 'ffff'],
  ])('refuses one that is %s', (_, content) => {
    expect(codeOf(() => readInteger(hex(content)))).toBe('ERR_DER_MALFORMED')
  })
})

describe('readBoolean', () => {
  it('knows the two values that DER has', () => {
    expect([readBoolean(hex('ff')), readBoolean(hex('00'))]).toEqual([true, false])
  })

  it.each(['', '01', '7f', 'fe', 'ffff', '0000'])('refuses "%s"', (content) => {
    expect(codeOf(() => readBoolean(hex(content)))).toBe('ERR_DER_MALFORMED')
  })
})

describe('readOctetBits', () => {
  it('reads whole octets', () => {
    expect(readOctetBits(hex('00 01 02'))).toEqual(hex('01 02'))
  })

  it.each([
    ['without its first octet', ''],
    ['with unused bits', '04 f0'],
    ['with more unused bits than there are', '08 00'],
  ])('refuses a bit string %s', (_, content) => {
    expect(codeOf(() => readOctetBits(hex(content)))).toBe('ERR_DER_MALFORMED')
  })
})

describe('readObjectIdentifier', () => {
  it.each([
    ['55 04 03', '2.5.4.3'],
    ['2a 86 48 86 f7 0d 01 01 0b', '1.2.840.113549.1.1.11'],
    ['00', '0.0'],
    ['27', '0.39'],
    ['28', '1.0'],
    ['88 37', '2.999'],
  ])('reads %s as %s', (content, dotted) => {
    expect(readObjectIdentifier(hex(content))).toBe(dotted)
  })

  it.each([
    ['empty', ''],
    ['cut off within an arc', '55 84'],
    ['padded', '55 80 03'],
    ['of an arc beyond any number', `55 ${'ff'.repeat(12)} 7f`],
  ])('refuses one that is %s', (_, content) => {
    expect(codeOf(() => readObjectIdentifier(hex(content)))).toBe('ERR_DER_MALFORMED')
  })
})
