import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bitString, enterWhole, sequence, smallInteger } from '@easycerts/shared/asn1'
import { handMadeRequest } from '../support/hand-made-der.ts'
import { UNACCEPTABLE_KEYS } from '../support/unacceptable-keys.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
beforeAll(async () => {
  attack = await startCsrAttack()
})
afterAll(() => attack.dispose())

/** RFC 5480: what stands in front of a point of P-256. */
const algorithm = (): Buffer => enterWhole(attack.key.publicKey.spki, 'key').next().encoding
const p256 = (...octets: readonly Buffer[]): Buffer =>
  sequence(algorithm(), bitString(Buffer.concat(octets)))

const PRIME = Buffer.from('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff', 'hex')
const ZERO = Buffer.alloc(32)
const UNCOMPRESSED = Buffer.of(4)

const POINTS: readonly (readonly [string, () => Buffer])[] = [
  ['zero', () => p256(UNCOMPRESSED, ZERO, ZERO)],
  ['whose x is the prime of the field', () => p256(UNCOMPRESSED, PRIME, ZERO)],
  ['whose y is the prime of the field', () => p256(UNCOMPRESSED, ZERO, PRIME)],
  ['of largest numbers', () => p256(UNCOMPRESSED, Buffer.alloc(64, 0xff))],
  ['of a format that nobody knows', () => p256(Buffer.of(5), Buffer.alloc(64, 1))],
  ['of no octets', () => p256()],
  ['of one coordinate', () => p256(UNCOMPRESSED, ZERO)],
  ['of three coordinates', () => p256(UNCOMPRESSED, Buffer.alloc(96))],
  ['of P-384 on P-256', () => p256(UNCOMPRESSED, Buffer.alloc(96, 3))],
  ['that is an integer', () => sequence(algorithm(), smallInteger(4))],
  ['without its curve', () => sequence(sequence(algorithm().subarray(2, 11)), bitString(ZERO))],
]

describe('an attacker with a key that is no point of its curve, or of another one', () => {
  it.each(UNACCEPTABLE_KEYS)('is refused %s', { timeout: 60_000 }, async (_title, make) => {
    const codes = await attack.codesOfDer(handMadeRequest(attack.key, { spki: make() }))
    // Where it is no element, or two, the request around it is none either.
    expect(['ERR_CSR_KEY_REJECTED', 'ERR_CSR_MALFORMED']).toContain(codes.join)
    expect(codes).toEqual(everywhere(String(codes.join)))
  })

  it.each(POINTS)('is refused a point %s', async (_title, make) => {
    const der = handMadeRequest(attack.key, { spki: make() })
    await expect(attack.codesOfDer(der)).resolves.toEqual(everywhere('ERR_CSR_KEY_REJECTED'))
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())
})
