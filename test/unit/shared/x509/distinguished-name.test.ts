import { describe, expect, it } from 'vitest'
import { encodeTlv, OID, sequence, setOf, TAG } from '@easycerts/shared/asn1'
import {
  encodeSubject,
  formatName,
  formatSubject,
  readName,
  sameSubject,
  subjectOf,
} from '@easycerts/shared/x509'
import { nameAttribute, utf8 } from '../../../support/hand-made-der.ts'
import { codeOf } from '../../../support/to-throw-code.ts'

const KUBELET = { commonName: 'system:node:worker-1', organizations: ['system:nodes'] }
const contentOf = (encoding: Buffer) => encoding.subarray(2)
const cn = (text: string) => nameAttribute(OID.commonName, ...utf8(text))
const o = (text: string) => nameAttribute(OID.organizationName, ...utf8(text))
const valueOf = (tag: number, content: Buffer) =>
  readName(setOf(nameAttribute(OID.commonName, tag, content)))[0]?.value

describe('encodeSubject', () => {
  it('writes organizations first and the common name last, one to a set', () => {
    expect(encodeSubject(KUBELET).toString('hex')).toBe(
      '3036' +
        '31153013060355040a130c73797374656d3a6e6f646573' +
        '311d301b0603550403131473797374656d3a6e6f64653a776f726b65722d31',
    )
  })

  it('writes a subject without a common name as an empty name', () => {
    expect(encodeSubject({ commonName: '', organizations: [] })).toEqual(sequence())
  })
})

describe('readName', () => {
  it('reads every attribute in order, known or not', () => {
    const content = Buffer.concat([
      setOf(nameAttribute(OID.countryName, TAG.PRINTABLE_STRING, Buffer.from('CH'))),
      setOf(o('a')),
      setOf(nameAttribute('1.2.3', TAG.IA5_STRING, Buffer.from('x'))),
      setOf(cn('b')),
    ])
    expect(readName(content)).toEqual([
      { type: 'countryName', value: 'CH' },
      { type: 'organizationName', value: 'a' },
      { type: '1.2.3', value: 'x' },
      { type: 'commonName', value: 'b' },
    ])
  })

  it('reads both attributes of a multi-valued RDN, so that none hides behind another', () => {
    const name = readName(setOf(cn('worker-1'), o('system:masters')))
    expect(name.map(({ type }) => type).toSorted()).toEqual(['commonName', 'organizationName'])
    expect(name.map(({ value }) => value).toSorted()).toEqual(['system:masters', 'worker-1'])
  })

  it.each([
    ['UTF8String', TAG.UTF8_STRING, '4bc3a473', 'Käs'],
    ['PrintableString', TAG.PRINTABLE_STRING, '6b', 'k'],
    ['IA5String', TAG.IA5_STRING, '6b40', 'k@'],
    ['TeletexString', TAG.TELETEX_STRING, '4be473', 'Käs'],
    ['BMPString', TAG.BMP_STRING, '004b00e40073', 'Käs'],
    ['an empty BMPString', TAG.BMP_STRING, '', ''],
  ])('reads %s', (_, tag, hex, value) => {
    expect(valueOf(tag, Buffer.from(hex, 'hex'))).toBe(value)
  })

  it('shows octets that are no UTF-8 as such, and never as another name', () => {
    expect(valueOf(TAG.UTF8_STRING, Buffer.from('c0ae', 'hex'))).toBe('\ufffd\ufffd')
  })

  it('keeps a byte order mark, which is a character of the name', () => {
    expect(valueOf(TAG.UTF8_STRING, Buffer.from('efbbbf6b', 'hex'))).toBe('\ufeffk')
  })

  it.each([
    ['a BMPString of an odd length', () => valueOf(TAG.BMP_STRING, Buffer.from('004b00', 'hex'))],
    ['a text that is no string', () => valueOf(TAG.INTEGER, Buffer.of(1))],
    ['an empty RDN', () => readName(encodeTlv(TAG.SET))],
    ['an attribute without a value', () => readName(setOf(sequence(cn('a').subarray(2, 7))))],
    ['an RDN that is no set', () => readName(sequence(cn('a')))],
  ])('refuses %s', (_, read) => {
    expect(codeOf(read)).toBe('ERR_DER_MALFORMED')
  })
})

describe('subjectOf', () => {
  it('gives the user and the groups that Kubernetes sees', () => {
    expect(subjectOf(readName(contentOf(encodeSubject(KUBELET))))).toEqual(KUBELET)
  })

  it.each([
    ['two common names', Buffer.concat([setOf(cn('a')), setOf(cn('b'))])],
    [
      'an organizational unit',
      Buffer.concat([
        setOf(nameAttribute(OID.organizationalUnitName, ...utf8('x'))),
        setOf(cn('a')),
      ]),
    ],
  ])('has nothing to say of %s', (_, content) => {
    expect(subjectOf(readName(content))).toBeUndefined()
  })
})

describe('sameSubject', () => {
  it.each([
    ['itself', KUBELET, true],
    ['another name', { ...KUBELET, commonName: 'system:node:worker-2' }, false],
    ['another case', { ...KUBELET, commonName: 'System:node:worker-1' }, false],
    ['one more group', { ...KUBELET, organizations: ['system:nodes', 'system:masters'] }, false],
    ['no group', { ...KUBELET, organizations: [] }, false],
  ])('compared with %s', (_, other, isSame) => {
    expect(sameSubject(KUBELET, other)).toBe(isSame)
  })
})

describe('formatName', () => {
  it('writes the common name first, as people do', () => {
    const name = readName(contentOf(encodeSubject(KUBELET)))
    expect(formatName(name)).toBe('CN=system:node:worker-1, O=system:nodes')
    expect(formatSubject(KUBELET)).toBe('CN=system:node:worker-1, O=system:nodes')
  })

  it('lets no control character through to a terminal', () => {
    expect(formatName([{ type: 'commonName', value: 'a\u001b[2J\n\u0000é' }])).toBe('CN=a?[2J???')
  })
})
