import { describe, expect, it } from 'vitest'
import { bitString, encodeTlv, TAG } from '@easycerts/shared/asn1'
import {
  encodeExtendedKeyUsage,
  encodeKeyUsage,
  KEY_USAGES,
  type KeyUsage,
  readExtendedKeyUsage,
  readKeyUsage,
} from '@easycerts/shared/x509'
import { codeOf } from '../../../support/to-throw-code.ts'

const rows: readonly (readonly [readonly KeyUsage[], string])[] = [
  [['digitalSignature'], '03020780'],
  [['digitalSignature', 'keyEncipherment'], '030205a0'],
  [['keyCertSign', 'cRLSign'], '03020106'],
  [['encipherOnly'], '03020001'],
  [['decipherOnly'], '0303070080'],
  [KEY_USAGES, '030307ff80'],
]

describe('encodeKeyUsage', () => {
  it.each(rows)('writes %j without trailing zero bits, as DER has named bits', (usages, hex) => {
    expect(encodeKeyUsage(usages).toString('hex')).toBe(hex)
    expect(readKeyUsage(Buffer.from(hex, 'hex'))).toEqual(usages)
  })
})

describe('readKeyUsage', () => {
  it.each([
    ['no octets at all', encodeTlv(TAG.BIT_STRING)],
    ['more unused bits than an octet has', bitString(Buffer.of(0x80), 8)],
    ['unused bits of no octet', bitString(Buffer.alloc(0), 7)],
    ['unused bits that are set', bitString(Buffer.of(0x81), 7)],
    ['octets after the bits', Buffer.concat([bitString(Buffer.of(0x80), 7), Buffer.of(0)])],
    ['another type', encodeTlv(TAG.OCTET_STRING, Buffer.of(7, 0x80))],
  ])('refuses %s', (_, value) => {
    expect(codeOf(() => readKeyUsage(value))).toBe('ERR_DER_MALFORMED')
  })
})

describe('encodeExtendedKeyUsage', () => {
  it('writes the purposes in their order', () => {
    const value = encodeExtendedKeyUsage(['serverAuth', 'clientAuth'])
    expect(value.toString('hex')).toBe('301406082b0601050507030106082b06010505070302')
    expect(readExtendedKeyUsage(value)).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
  })
})

describe('readExtendedKeyUsage', () => {
  it.each([
    ['octets after the purposes', Buffer.from('300a06082b060105050703010500', 'hex')],
    ['a purpose that is no identifier', Buffer.from('3003020101', 'hex')],
  ])('refuses %s', (_, value) => {
    expect(codeOf(() => readExtendedKeyUsage(value))).toBe('ERR_DER_MALFORMED')
  })
})
