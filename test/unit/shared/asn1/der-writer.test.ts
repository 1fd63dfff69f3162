import { describe, expect, it } from 'vitest'
import {
  bitString,
  contextConstructed,
  contextPrimitive,
  directoryString,
  encodeTlv,
  nameOfObjectIdentifier,
  objectIdentifier,
  octetString,
  OID,
  sequence,
  setOf,
  smallInteger,
  TAG,
  TRUE,
  unsignedInteger,
} from '@easycerts/shared/asn1'

const octets = (length: number) => Buffer.alloc(length)
const headOf = (length: number) => encodeTlv(TAG.OCTET_STRING, octets(length)).subarray(0, -length)

describe('encodeTlv', () => {
  it.each([
    [1, '0401'],
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_535, '0482ffff'],
    [65_536, '0483010000'],
  ])('writes a length of %i in the fewest octets', (length, head) => {
    expect(headOf(length).toString('hex')).toBe(head)
  })
})

describe('unsignedInteger', () => {
  it.each([
    ['00', '020100'],
    ['0000', '020100'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['000080', '02020080'],
    ['ff01', '020300ff01'],
  ])('writes %s as %s', (magnitude, encoding) => {
    expect(unsignedInteger(Buffer.from(magnitude, 'hex')).toString('hex')).toBe(encoding)
  })

  it('writes small numbers alike', () => {
    expect([0, 2, 127, 128, 256].map((value) => smallInteger(value).toString('hex'))).toEqual([
      '020100',
      '020102',
      '02017f',
      '02020080',
      '02020100',
    ])
  })
})

describe('setOf', () => {
  it('orders its elements by their encodings, as DER wants', () => {
    const [long, short] = [octetString(octets(2)), octetString(Buffer.of(9))]
    expect(setOf(long, short)).toEqual(encodeTlv(TAG.SET, short, long))
  })
})

describe('objectIdentifier', () => {
  it.each([
    ['2.5.4.3', '0603550403'],
    ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
    ['2.999', '06028837'],
  ])('writes %s', (dotted, encoding) => {
    expect(objectIdentifier(dotted).toString('hex')).toBe(encoding)
  })

  it('is known by the name of its RFC', () => {
    expect(nameOfObjectIdentifier(OID.commonName)).toBe('commonName')
    expect(nameOfObjectIdentifier('1.2.3')).toBeUndefined()
  })
})

describe('directoryString', () => {
  it.each([
    ['system:nodes', TAG.PRINTABLE_STRING],
    ['', TAG.PRINTABLE_STRING],
    ['easycerts_node', TAG.UTF8_STRING],
    ['a@b', TAG.UTF8_STRING],
    ['Käse', TAG.UTF8_STRING],
  ])('writes "%s" in the narrowest type', (text, tag) => {
    expect(directoryString(text)).toEqual(encodeTlv(tag, Buffer.from(text, 'utf8')))
  })
})

describe('the other types', () => {
  it('are written as X.690 has them', () => {
    const written = [
      sequence(TRUE),
      contextConstructed(0, TRUE),
      contextPrimitive(2, Buffer.from('a')),
      bitString(Buffer.of(0x80), 7),
    ]
    expect(written.map((each) => each.toString('hex'))).toEqual([
      '30030101ff',
      'a0030101ff',
      '820161',
      '03020780',
    ])
  })
})
