import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  bitString,
  DerReader,
  enterWhole,
  sequence,
  TAG,
  unsignedInteger,
  encodeTlv,
  readOctetBits,
} from '@easycerts/shared/asn1'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { handMadeRequest, requestPem } from '../support/hand-made-der.ts'
import { tryJoin } from '../support/joiner.ts'
import { type CsrAttack, everywhere, startCsrAttack } from './support/csr-attack.ts'

let attack: CsrAttack
let ed25519: ExportableKey
let rsa: ExportableKey
beforeAll(async () => {
  attack = await startCsrAttack()
  ed25519 = await generateSigningKey('ed25519')
  rsa = await generateSigningKey('rsa-2048')
})
afterAll(() => attack.dispose())

/** Order of P-256, and of the group of Ed25519. */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const L = 2n ** 252n + 27742317777372353535851937790883648493n

const octetsOf = (number: bigint, length: number): Buffer =>
  Buffer.from(number.toString(16).padStart(2 * length, '0'), 'hex')
const numberOf = (octets: Buffer): bigint => BigInt(`0x${octets.toString('hex')}`)
const integer = (number: bigint): Buffer => unsignedInteger(octetsOf(number, 32))

/** The same request, its signature taken apart and made again. */
const resigned = (der: Buffer, change: (signature: Buffer) => Buffer): Buffer => {
  const request = enterWhole(der, 'request')
  const [info, algorithm, bits] = [request.next(), request.next(), request.next()]
  const signature = change(readOctetBits(bits.content))
  return sequence(info.encoding, algorithm.encoding, bitString(signature))
}

const ofEcdsa =
  (change: (r: bigint, s: bigint) => Buffer) =>
  (signature: Buffer): Buffer => {
    const numbers = enterWhole(signature, 'signature')
    const r = numberOf(numbers.expect(TAG.INTEGER, 'r').content)
    return change(r, numberOf(numbers.expect(TAG.INTEGER, 's').content))
  }

const ECDSA: readonly (readonly [string, (signature: Buffer) => Buffer])[] = [
  ['r of zero', ofEcdsa((_r, s) => sequence(integer(0n), integer(s)))],
  ['s of zero', ofEcdsa((r) => sequence(integer(r), integer(0n)))],
  ['both of zero', () => sequence(integer(0n), integer(0n))],
  ['both of one', () => sequence(integer(1n), integer(1n))],
  ['s of the order', ofEcdsa((r) => sequence(integer(r), integer(N)))],
  [
    's beyond the order',
    ofEcdsa((r, s) => sequence(integer(r), unsignedInteger(octetsOf(s + N, 33)))),
  ],
  [
    'r beyond the order',
    ofEcdsa((r, s) => sequence(unsignedInteger(octetsOf(r + N, 33)), integer(s))),
  ],
  ['a negative s', ofEcdsa((r) => sequence(integer(r), encodeTlv(TAG.INTEGER, Buffer.of(0xff))))],
  ['r and s changed for each other', ofEcdsa((r, s) => sequence(integer(s), integer(r)))],
  [
    'zero octets in front of r',
    ofEcdsa((r, s) => sequence(encodeTlv(TAG.INTEGER, octetsOf(r, 40)), integer(s))),
  ],
  ['octets behind it', (signature) => Buffer.concat([signature, Buffer.alloc(2)])],
  ['a third number', ofEcdsa((r, s) => sequence(integer(r), integer(s), integer(1n)))],
  [
    'a length in two octets',
    (signature) => Buffer.concat([Buffer.of(0x30, 0x81), signature.subarray(1)]),
  ],
  ['r and s without DER', ofEcdsa((r, s) => Buffer.concat([octetsOf(r, 32), octetsOf(s, 32)]))],
  ['no octets', () => Buffer.alloc(0)],
  ['ten thousand octets', () => Buffer.alloc(10_000, 0x30)],
]

const ED25519: readonly (readonly [string, (signature: Buffer) => Buffer])[] = [
  [
    's and the order of the group',
    (signature) => {
      const s = numberOf(Buffer.from(signature.subarray(32)).reverse())
      return Buffer.concat([signature.subarray(0, 32), octetsOf(s + L, 32).reverse()])
    },
  ],
  ['nothing but zeros', () => Buffer.alloc(64)],
  ['the neutral point and s of zero', () => Buffer.concat([Buffer.of(1), Buffer.alloc(63)])],
  ['an octet more', (signature) => Buffer.concat([signature, Buffer.of(0)])],
  ['an octet less', (signature) => signature.subarray(0, -1)],
]

const RSA: readonly (readonly [string, (signature: Buffer) => Buffer])[] = [
  ['zero', (signature) => Buffer.alloc(signature.length)],
  ['one', (signature) => octetsOf(1n, signature.length)],
  ['a zero octet in front', (signature) => Buffer.concat([Buffer.of(0), signature])],
  ['an octet behind', (signature) => Buffer.concat([signature, Buffer.of(0)])],
  [
    'itself and the modulus',
    (signature) => octetsOf(numberOf(signature) + modulus(), signature.length + 1),
  ],
]

const modulus = (): bigint => {
  const fields = enterWhole(rsa.publicKey.spki, 'key')
  fields.next()
  return numberOf(enterWhole(readOctetBits(fields.next().content), 'key').next().content)
}

const INVALID = everywhere('ERR_CSR_SIGNATURE_INVALID')

describe('an attacker who changes the signature of a request that was honest', () => {
  it.each(ECDSA)('is refused an ECDSA signature with %s', async (_title, change) => {
    const der = resigned(handMadeRequest(attack.key), change)
    await expect(attack.codesOfDer(der)).resolves.toEqual(INVALID)
  })

  it.each(ED25519)('is refused an Ed25519 signature of %s', async (_title, change) => {
    const der = resigned(handMadeRequest(ed25519), change)
    await expect(attack.codesOfDer(der)).resolves.toEqual(INVALID)
  })

  it.each(RSA)('is refused an RSA signature of %s', async (_title, change) => {
    await expect(attack.codesOfDer(resigned(handMadeRequest(rsa), change))).resolves.toEqual(
      INVALID,
    )
  })

  it('is refused a signature with unused bits', async () => {
    const der = handMadeRequest(attack.key)
    const reader = new DerReader(der.subarray(4))
    const [info, algorithm, bits] = [reader, reader, reader].map((each) => each.next())
    const signature = Buffer.concat([Buffer.of(1), bits!.content.subarray(1)])
    const changed = sequence(
      info!.encoding,
      algorithm!.encoding,
      encodeTlv(TAG.BIT_STRING, signature),
    )
    await expect(attack.codesOfDer(changed)).resolves.toEqual(everywhere('ERR_CSR_MALFORMED'))
  })

  it('leaves nothing issued, and honest nodes are served', () => attack.expectUnharmed())

  it('gets the same certificate for the other s that every ECDSA signature has', async () => {
    const ticket = await attack.newTicket('worker-5')
    const honest = handMadeRequest(attack.key)
    const twin = resigned(
      honest,
      ofEcdsa((r, s) => sequence(integer(r), integer(N - s))),
    )
    expect(twin).not.toEqual(honest)
    const [first, second] = [
      await tryJoin(attack.ca, ticket, { csr: requestPem(honest) }),
      await tryJoin(attack.ca, ticket, { csr: requestPem(twin) }),
    ]
    expect(first.code).toBeUndefined()
    expect(second.body['certificate']).toBe(first.body['certificate'])
  })
})
