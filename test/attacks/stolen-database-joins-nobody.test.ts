import { createPrivateKey } from 'node:crypto'
import { Secret } from '@easycerts/shared/encoding'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin, ticketState } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a thief of the CA’s database', () => {
  it('holds every ticket’s public key and can join with none of them', async () => {
    const ticket = await takeTicket(ca, 'worker-1')
    const [row] = ca.rows('SELECT * FROM tickets')
    const columns = Object.values(row ?? {}).filter((value) => Buffer.isBuffer(value))
    expect(columns).toHaveLength(1)
    const [spki] = columns
    if (!spki) throw new Error('no public key')
    // All that a database may hold of the key, in the place of the seed.
    const guesses = [spki.subarray(-32), spki.subarray(0, 32), Buffer.from(ticket.id.padEnd(32))]
    for (const seed of guesses) {
      const { code } = await attemptJoin(ca, { ...ticket, seed: new Secret(Buffer.from(seed)) })
      expect(code).toBe('ERR_TICKET_SIGNATURE_INVALID')
    }
    expect(() => createPrivateKey({ key: spki, format: 'der', type: 'pkcs8' })).toThrow()
    expect(await ticketState(ca, ticket.id)).toBe('open')
  })

  it('finds the seed in no table', async () => {
    const { seed } = await takeTicket(ca, 'worker-2')
    const secret = seed.reveal()
    const spellings = [secret.toString('hex'), secret.toString('base64url')]
    const tables = ca.rows(`SELECT name FROM sqlite_master WHERE type = 'table'`)
    const values = tables
      .flatMap(({ name }) => ca.rows(`SELECT * FROM "${String(name)}"`))
      .flatMap((row) => Object.values(row))
      .map((value) => (Buffer.isBuffer(value) ? value.toString('hex') : String(value)))
    expect(values.length).toBeGreaterThan(100)
    for (const value of values)
      for (const spelling of spellings) expect(value).not.toContain(spelling)
  })
})
