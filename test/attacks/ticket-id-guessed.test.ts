import { randomBytes } from 'node:crypto'
import { encodeBase32, Secret } from '@easycerts/shared/encoding'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joinWith, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin, entriesOf, ticketCheck } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa({ config: { limits: { address: { failuresPerMinute: 30 } } } })
})
afterAll(() => ca.dispose())

const madeUp = () => ({
  id: encodeBase32(randomBytes(8)).slice(0, 12),
  seed: new Secret(randomBytes(32)),
  pins: [],
})

describe('somebody who guesses ids of tickets', () => {
  it('finds none, is told nothing after a while, and is reported; tickets of others go on', async () => {
    const open = await takeTicket(ca, 'worker-1')
    const codes = []
    for (let turn = 0; turn < 30; turn++) codes.push((await attemptJoin(ca, madeUp())).code)
    expect(new Set(codes)).toEqual(new Set(['ERR_TICKET_UNKNOWN']))
    const locked = await Promise.all(Array.from({ length: 8 }, () => attemptJoin(ca, madeUp())))
    for (const { status, code, headers } of locked) {
      expect({ status, code }).toEqual({ status: 429, code: 'ERR_RATE_LIMITED' })
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    expect(entriesOf(ca, 'tickets-guessed')).toHaveLength(1)
    expect(await ticketCheck(ca)).toMatchObject({ status: 'failed' })
    // The honest node stands behind the same address, and its proof is right.
    await expect(joinWith(ca, open)).resolves.toBeDefined()
  })
})
