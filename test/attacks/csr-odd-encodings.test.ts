import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OID } from '@easycerts/shared/asn1'
import { encodeExtension } from '@easycerts/shared/x509'
import { extensionRequest, handMadeRequest } from '../support/hand-made-der.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const NAME = '06 03 55 04 03'

/** Subjects that BER reads, or that nobody should. */
const SUBJECTS: readonly (readonly [string, Buffer])[] = [
  ['of indefinite length', hex('30 80 00 00')],
  ['of indefinite length inside', hex('30 04 31 80 00 00')],
  ['of a length in one octet too many', hex('30 81 00')],
  ['of a length in four octets', hex('30 84 00 00 00 00')],
  ['of a length in eight octets', hex('30 88 00 00 00 00 00 00 00 00')],
  ['of a length of two to the 32', hex('30 84 ff ff ff ff')],
  ['of the length that is reserved', hex('30 ff')],
  ['with a tag of several octets', hex('30 05 31 03 3f 81 01')],
  ['with a tag of class application', hex('30 02 71 00')],
  ['with a primitive set', hex('30 02 11 00')],
  ['with an attribute that ends too late', hex(`30 0c 31 0a 30 09 ${NAME} 0c 05 61`)],
  ['with an attribute that goes on', hex(`30 0e 31 0c 30 0a ${NAME} 0c 01 61 05 00`)],
  ['with an identifier that begins with 0x80', hex('30 0b 31 09 30 07 06 02 80 03 0c 01 61')],
  ['with an identifier that does not end', hex('30 0a 31 08 30 06 06 01 83 0c 01 61')],
  ['with an identifier of no octets', hex('30 09 31 07 30 05 06 00 0c 01 61')],
  ['that is a primitive sequence', hex('10 00')],
  ['that is null', hex('05 00')],
]

/** Values of subjectAltName. */
const NAMES: readonly (readonly [string, Buffer])[] = [
  ['of indefinite length', hex('30 80 82 01 61 00 00')],
  ['with a name of indefinite length', hex('30 06 a4 80 30 00 00 00')],
  ['with octets behind them', hex('30 03 82 01 61 00')],
  ['that are cut off', hex('30 05 82 03 61')],
  ['with a length that is longer than it must be', hex('30 04 82 81 01 61')],
  ['that are a set', hex('31 03 82 01 61')],
  ['of no octets', hex('')],
]

describe('an attacker who writes BER for DER', () => {
  it.each(SUBJECTS)('is refused a subject %s', async (_title, subject) => {
    await expect(attack.codesOfDer(handMadeRequest(attack.key, { subject }))).resolves.toEqual(
      everywhere('ERR_CSR_MALFORMED'),
    )
  })

  it.each(NAMES)('is refused names %s', async (_title, value) => {
    const names = encodeExtension({ oid: OID.subjectAltName, critical: false, value })
    const der = handMadeRequest(attack.key, { attributes: [extensionRequest(names)] })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it.each([
    ['a flag of 1', '30 09 06 03 55 1d 13 01 01 01 04 00'],
    ['a flag of two octets', '30 0b 06 03 55 1d 13 01 02 ff ff 04 00'],
    ['a flag of no octets', '30 09 06 03 55 1d 13 01 00 04 00'],
    ['a value that is no octet string', '30 07 06 03 55 1d 13 05 00'],
    ['no value', '30 05 06 03 55 1d 13'],
  ])('is refused an extension with %s', async (_title, extension) => {
    const der = handMadeRequest(attack.key, { attributes: [extensionRequest(hex(extension))] })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it('is refused a whole request of indefinite length', async () => {
    const der = handMadeRequest(attack.key)
    const content = der.subarray(3)
    const indefinite = Buffer.concat([hex('30 80'), content, hex('00 00')])
    await expect(attack.codesOfDer(indefinite)).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it.each([1, 2, 100])('is refused a request with %i octets behind it', async (count) => {
    const der = Buffer.concat([handMadeRequest(attack.key), Buffer.alloc(count)])
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
