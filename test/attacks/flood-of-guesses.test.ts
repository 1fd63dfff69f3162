import { randomBytes } from 'node:crypto'
import { encodeBase32, Secret } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Connection,
  type HeldTicket,
  joinBody,
  joinNode,
  joinWith,
  openConnection,
  takeTicket,
} from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { entriesOf, ticketState } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

const GUESSERS = process.env['SOAK'] === 'full' ? 400 : 40
const HONEST = 12

/** Sends one guess after the other over one connection, until it is told to stop. */
const guessOn = async (
  connection: Connection,
  ticketOf: () => HeldTicket,
  isOver: () => boolean,
): Promise<number> => {
  const csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
  let guesses = 0
  while (!isOver()) {
    const body = joinBody(ticketOf(), csr, connection.exporter)
    const { code } = await connection.send('POST', '/v1/join', body)
    if (code === undefined) throw new Error('a guess was right')
    guesses++
  }
  return guesses
}

describe('a flood of guesses from the address of honest nodes', () => {
  it('keeps none of them from joining, not even by the very ticket that is guessed at', async () => {
    const tickets = await Promise.all(
      Array.from({ length: HONEST }, (_, index) => takeTicket(ca, `worker-${index}`)),
    )
    const [target] = tickets
    if (!target) throw new Error('no ticket')
    const wrong = (): HeldTicket =>
      randomBytes(1).readUInt8() < 128
        ? { ...target, seed: new Secret(randomBytes(32)) }
        : { id: encodeBase32(randomBytes(8)).slice(0, 12), seed: target.seed, pins: [] }
    let isOver = false
    const connections = await Promise.all(
      Array.from({ length: GUESSERS }, () => openConnection(ca.joinPort)),
    )
    const flood = connections.map((connection) => guessOn(connection, wrong, () => isOver))
    try {
      // The lock-out has begun before the first honest node comes.
      await joinNode(ca, 'early')
      for (const ticket of tickets) await expect(joinWith(ca, ticket)).resolves.toBeDefined()
    } finally {
      isOver = true
    }
    const guesses = (await Promise.all(flood)).reduce((sum, count) => sum + count, 0)
    for (const connection of connections) connection.close()
    expect(guesses).toBeGreaterThanOrEqual(GUESSERS)
    expect(await ticketState(ca, target.id)).toBe('bound')
    // 10, 100 and 1000 wrong proofs are news; the others are not.
    expect(entriesOf(ca, 'tickets-guessed').length).toBeLessThanOrEqual(3)
    expect(entriesOf(ca, 'tickets-guessed').length).toBeGreaterThan(0)
    expect(entriesOf(ca, 'ticket-contested')).toEqual([])
  })
})
