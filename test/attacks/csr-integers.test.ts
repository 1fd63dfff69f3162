import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bitString,
  encodeTlv,
  NULL,
  objectIdentifier,
  OID,
  sequence,
  TAG,
} from '@easycerts/shared/asn1'
import { handMadeRequest } from '../support/hand-made-der.ts'
import { SOUND_MODULUS } from '../support/weak-keys.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

const integer = (hex: string): Buffer => encodeTlv(TAG.INTEGER, Buffer.from(hex, 'hex'))

const VERSIONS: readonly (readonly [string, Buffer])[] = [
  ['negative', integer('ff')],
  ['one', integer('01')],
  ['zero in two octets', integer('0000')],
  ['of no octets', integer('')],
  ['of ten thousand octets', integer('7f'.repeat(10_000))],
  ['no integer', encodeTlv(TAG.BOOLEAN, Buffer.of(0))],
]

const MODULUS = `00${SOUND_MODULUS.toString(16)}`
const rsa = (modulus: string, exponent: string): Buffer =>
  sequence(
    sequence(objectIdentifier(OID.rsaEncryption), NULL),
    bitString(sequence(integer(modulus), integer(exponent))),
  )

const NUMBERS: readonly (readonly [string, Buffer])[] = [
  ['a negative modulus', rsa(MODULUS.slice(2), '010001')],
  ['a modulus with a zero octet too many', rsa(`00${MODULUS}`, '010001')],
  ['a modulus of no octets', rsa('', '010001')],
  ['a modulus of zero', rsa('00', '010001')],
  ['a modulus of one', rsa('01', '010001')],
  ['a modulus of minus one', rsa('ff', '010001')],
  ['an even modulus', rsa(`${MODULUS.slice(0, -1)}0`, '010001')],
  ['a modulus of 40,000 bits', rsa(`00${'ff'.repeat(5000)}`, '010001')],
  ['a modulus of 80,000 zero bits', rsa(`01${'00'.repeat(10_000)}`, '010001')],
  ['an exponent of zero', rsa(MODULUS, '00')],
  ['an exponent of one', rsa(MODULUS, '01')],
  ['an exponent of two', rsa(MODULUS, '02')],
  ['an exponent of three', rsa(MODULUS, '03')],
  ['a negative exponent', rsa(MODULUS, '81')],
  ['an even exponent', rsa(MODULUS, '010002')],
  ['an exponent of no octets', rsa(MODULUS, '')],
  ['an exponent with a zero octet too many', rsa(MODULUS, '00010001')],
  ['an exponent as large as the modulus', rsa(MODULUS, MODULUS)],
  ['an exponent of 80,000 bits', rsa(MODULUS, `01${'00'.repeat(9000)}01`)],
]

describe('an attacker with negative, giant and second-hand integers', () => {
  it.each(VERSIONS)('is refused a version that is %s', async (_title, version) => {
    await expect(attack.codesOfDer(handMadeRequest(attack.key, { version }))).resolves.toEqual(
      everywhere('ERR_CSR_MALFORMED'),
    )
  })

  it.each(NUMBERS)('is refused an RSA key with %s', async (_title, spki) => {
    await expect(attack.codesOfDer(handMadeRequest(attack.key, { spki }))).resolves.toEqual(
      everywhere('ERR_CSR_KEY_REJECTED'),
    )
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
