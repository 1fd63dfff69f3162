import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OID, sequence, setOf, TAG } from '@easycerts/shared/asn1'
import { handMadeRequest, nameAttribute } from '../support/hand-made-der.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const commonName = (tag: number, content: Buffer): Buffer =>
  sequence(setOf(nameAttribute(OID.commonName, tag, content)))

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const MASTERS = 'system:masters'
const GRAPHIC_STRING = 0x19
const UNIVERSAL_STRING = 0x1c

/** Each letter in two octets, which RFC 3629 §3 forbids. */
const overlong = (text: string): Buffer =>
  Buffer.from(
    [...Buffer.from(text)].flatMap((octet) => [0xc0 | (octet >> 6), 0x80 | (octet & 0x3f)]),
  )

/** The subject, and the code that refuses it. */
const TEXTS: readonly (readonly [string, Buffer, string])[] = [
  ['a BMPString', commonName(TAG.BMP_STRING, utf16(MASTERS)), 'ERR_SUBJECT_NOT_PERMITTED'],
  [
    'a BMPString of half a surrogate',
    commonName(TAG.BMP_STRING, Buffer.from('d800', 'hex')),
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  [
    'a BMPString of an odd length',
    commonName(TAG.BMP_STRING, Buffer.from('007300', 'hex')),
    'ERR_CSR_MALFORMED',
  ],
  [
    'a T61String',
    commonName(TAG.TELETEX_STRING, Buffer.from('system:node:w\xd6rker-2', 'latin1')),
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  [
    'an IA5String with octets above 127',
    commonName(TAG.IA5_STRING, Buffer.from('worker-2\xff', 'latin1')),
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  [
    'a PrintableString with a zero octet',
    commonName(TAG.PRINTABLE_STRING, Buffer.from('system:node:worker-2\0')),
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  ['overlong UTF-8', commonName(TAG.UTF8_STRING, overlong(MASTERS)), 'ERR_SUBJECT_NOT_PERMITTED'],
  [
    'UTF-8 of a surrogate',
    commonName(TAG.UTF8_STRING, Buffer.from('eda080', 'hex')),
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  [
    'UTF-8 that is cut off',
    commonName(TAG.UTF8_STRING, Buffer.from('system:node:worker-2\xc3', 'latin1')),
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  [
    'a UniversalString',
    commonName(UNIVERSAL_STRING, Buffer.from('0000007300000079', 'hex')),
    'ERR_CSR_MALFORMED',
  ],
  ['a GraphicString', commonName(GRAPHIC_STRING, Buffer.from('a')), 'ERR_CSR_MALFORMED'],
  ['a BIT STRING', commonName(TAG.BIT_STRING, Buffer.from('0061', 'hex')), 'ERR_CSR_MALFORMED'],
  ['an OCTET STRING', commonName(TAG.OCTET_STRING, Buffer.from('a')), 'ERR_CSR_MALFORMED'],
  ['an INTEGER', commonName(TAG.INTEGER, Buffer.of(1)), 'ERR_CSR_MALFORMED'],
  ['a SEQUENCE', commonName(TAG.SEQUENCE, Buffer.alloc(0)), 'ERR_CSR_MALFORMED'],
  [
    'a constructed UTF8String',
    commonName(TAG.UTF8_STRING | 0x20, Buffer.from('0c0161', 'hex')),
    'ERR_CSR_MALFORMED',
  ],
]

describe('an attacker who writes a name in another kind of string', () => {
  it.each(TEXTS)('is refused %s', async (_title, subject, code) => {
    const der = handMadeRequest(attack.key, { subject })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere(code))
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
