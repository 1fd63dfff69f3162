import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret, sha256 } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import {
  signJoinStatement,
  signServerTime,
  ticketPublicKey,
  verifyJoinStatement,
  verifyServerTime,
} from '@easycerts/shared/ticket'
import { NOW } from '../../../support/sample-cluster.ts'

const seed = new Secret(sha256('seed'))
const publicKey = ticketPublicKey(seed)
const STATEMENT = {
  ticketId: 'abcdefghjkmn',
  request: Buffer.from('the request'),
  exporter: Buffer.alloc(32, 7),
}
const proof = signJoinStatement(seed, STATEMENT)

describe('ticketPublicKey', () => {
  it('is the Ed25519 key of RFC 8032 for its seed', () => {
    const hex = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
    const spki = ticketPublicKey(new Secret(Buffer.from(hex, 'hex')))
    expect(createPublicKey({ key: spki, format: 'der', type: 'spki' }).asymmetricKeyType).toBe(
      'ed25519',
    )
    expect(spki.subarray(-32).toString('hex')).toBe(
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    )
  })
})

describe('verifyJoinStatement', () => {
  it('holds for the statement that was signed', () => {
    expect(verifyJoinStatement(publicKey, STATEMENT, proof)).toBe(true)
  })

  it.each([
    ['another ticket', { ...STATEMENT, ticketId: 'abcdefghjkmp' }],
    ['another request', { ...STATEMENT, request: Buffer.from('another request') }],
    ['another connection', { ...STATEMENT, exporter: Buffer.alloc(32, 8) }],
    ['no connection', { ...STATEMENT, exporter: Buffer.alloc(0) }],
  ])('does not hold for %s', (_, statement) => {
    expect(verifyJoinStatement(publicKey, statement, proof)).toBe(false)
  })

  it('does not hold for the key of another ticket', () => {
    const other = ticketPublicKey(new Secret(sha256('another seed')))
    expect(verifyJoinStatement(other, STATEMENT, proof)).toBe(false)
  })

  it.each([0, 31, 63])('does not hold with a bit turned in octet %i', (index) => {
    const changed = Buffer.from(proof)
    changed[index]! ^= 1
    expect(verifyJoinStatement(publicKey, STATEMENT, changed)).toBe(false)
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['too little', proof.subarray(1)],
    ['too much', Buffer.concat([proof, Buffer.of(0)])],
  ])('does not hold with %s as a signature', (_, signature) => {
    expect(verifyJoinStatement(publicKey, STATEMENT, signature)).toBe(false)
  })
})

describe('verifyServerTime', () => {
  it.each(['ecdsa-p256', 'ecdsa-p384', 'ed25519', 'rsa-2048'] as const)(
    'holds for the nonce and the key that signed, with %s',
    async (algorithm) => {
      const key = await generateSigningKey(algorithm)
      const { time, signature } = signServerTime(key, 'nonce-0123456789', NOW)
      const { spki } = key.publicKey
      expect(time).toBe('2026-03-01T12:00:00.000Z')
      expect(verifyServerTime(spki, 'nonce-0123456789', time, signature)).toBe(true)
      expect(verifyServerTime(spki, 'nonce-0123456788', time, signature)).toBe(false)
      const later = '2026-03-01T12:00:01.000Z'
      expect(verifyServerTime(spki, 'nonce-0123456789', later, signature)).toBe(false)
      expect(verifyServerTime(spki, 'nonce-0123456789', time, '')).toBe(false)
    },
  )

  it('does not let nonce and time flow into each other', async () => {
    const key = await generateSigningKey('ed25519')
    const { time, signature } = signServerTime(key, 'abc', NOW)
    expect(verifyServerTime(key.publicKey.spki, `abc${time[0]!}`, time.slice(1), signature)).toBe(
      false,
    )
  })
})
