import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeTlv, objectIdentifier, OID, sequence, setOf, TAG } from '@easycerts/shared/asn1'
import { encodeExtension, encodeSubject } from '@easycerts/shared/x509'
import {
  extensionRequest,
  handMadeRequest,
  nameAttribute,
  requestPem,
  utf8,
} from '../support/hand-made-der.ts'
import { altNames, nameOf, NAME_TAG } from './support/alt-names.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

/** PEM of these octets is just below what a field of the API may hold. */
const LARGEST = 11_500
const oneName = (text: string): Buffer =>
  sequence(setOf(nameAttribute(OID.commonName, ...utf8(text))))
const many = (count: number, item: Buffer): Buffer[] => Array<Buffer>(count).fill(item)

const FIELDS: readonly (readonly [string, Parameters<typeof handMadeRequest>[1], string])[] = [
  [
    'a common name',
    { subject: encodeSubject({ commonName: 'x'.repeat(LARGEST), organizations: [] }) },
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  [
    'a hundred common names',
    { subject: sequence(...many(100, oneName('worker-2').subarray(2))) },
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  [
    'a name of a thousand empty texts',
    {
      subject: sequence(
        setOf(...many(1000, nameAttribute(OID.commonName, TAG.UTF8_STRING, Buffer.alloc(0)))),
      ),
    },
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
  [
    'thousands of names',
    { attributes: [extensionRequest(altNames(...many(1100, nameOf(NAME_TAG.dns, 'master-1'))))] },
    'ERR_SAN_NOT_PERMITTED',
  ],
  [
    'thousands of empty names',
    { attributes: [extensionRequest(altNames(...many(5000, nameOf(NAME_TAG.dns, ''))))] },
    'ERR_SAN_NOT_PERMITTED',
  ],
  [
    'one long name',
    { attributes: [extensionRequest(altNames(nameOf(NAME_TAG.dns, 'a'.repeat(LARGEST))))] },
    'ERR_SAN_NOT_PERMITTED',
  ],
  [
    'one large extension',
    {
      attributes: [
        extensionRequest(
          encodeExtension({ oid: '1.2.3.4', critical: false, value: Buffer.alloc(LARGEST) }),
        ),
      ],
    },
    'ERR_EXTENSION_NOT_PERMITTED',
  ],
  [
    'a thousand extensions',
    {
      attributes: [
        extensionRequest(
          ...Array.from({ length: 800 }, (_, index) =>
            encodeExtension({ oid: `1.2.3.${index}`, critical: false, value: Buffer.alloc(0) }),
          ),
        ),
      ],
    },
    'ERR_EXTENSION_NOT_PERMITTED',
  ],
  [
    'an identifier of a thousand octets',
    {
      attributes: [sequence(encodeTlv(TAG.OBJECT_IDENTIFIER, Buffer.alloc(10_000, 0xff)), setOf())],
    },
    'ERR_CSR_MALFORMED',
  ],
  [
    'an identifier of a thousand parts',
    { subject: sequence(setOf(nameAttribute(`1.2${'.3'.repeat(5000)}`, ...utf8('x')))) },
    'ERR_SUBJECT_NOT_PERMITTED',
  ],
]

const MAX_MILLISECONDS = 3000

describe('an attacker with huge fields', () => {
  it.each(FIELDS)('is refused %s, soon', async (_title, parts, code) => {
    const started = performance.now()
    await expect(attack.codesOfDer(handMadeRequest(attack.key, parts))).resolves.toEqual(
      everywhere(code),
    )
    expect(performance.now() - started).toBeLessThan(MAX_MILLISECONDS)
  })

  it('is refused thousands of attributes that nobody reads', async () => {
    const unread = sequence(objectIdentifier('1.2.3.4'), setOf())
    const der = handMadeRequest(attack.key, {
      attributes: many(1200, unread),
      subject: oneName('admin'),
    })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_SUBJECT_NOT_PERMITTED'))
  })

  it('is refused a request beyond the bound of its field', async () => {
    const pem = requestPem(handMadeRequest(attack.key, { rest: Buffer.alloc(13_000) }))
    await expect(attack.codesOf(pem)).resolves.toEqual(everywhere('ERR_BODY_INVALID'))
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
