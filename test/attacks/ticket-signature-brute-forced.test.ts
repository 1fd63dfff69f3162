import { randomBytes } from 'node:crypto'
import { Secret } from '@easycerts/shared/encoding'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joinWith, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin, entriesOf, ticketState } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('somebody who knows the id of a ticket and tries signatures', () => {
  it('is locked out for this ticket, while its holder joins from the same address', async () => {
    const ticket = await takeTicket(ca, 'worker-1')
    const guess = () => attemptJoin(ca, { ...ticket, seed: new Secret(randomBytes(32)) })
    const codes = []
    for (let turn = 0; turn < 10; turn++) codes.push((await guess()).code)
    expect(new Set(codes)).toEqual(new Set(['ERR_TICKET_SIGNATURE_INVALID']))
    const locked = await Promise.all(Array.from({ length: 6 }, guess))
    expect(new Set(locked.map(({ code }) => code))).toEqual(new Set(['ERR_RATE_LIMITED']))
    expect(await ticketState(ca, ticket.id)).toBe('open')
    expect(entriesOf(ca, 'tickets-guessed')).toHaveLength(1)
    await expect(joinWith(ca, ticket)).resolves.toBeDefined()
  })

  it.each([
    ['none', ''],
    ['zeros', Buffer.alloc(64).toString('base64url')],
    ['one octet too few', Buffer.alloc(63, 1).toString('base64url')],
    ['one octet too many', Buffer.alloc(65, 1).toString('base64url')],
    // R is the neutral point and S is zero: what careless verifiers accept for a small-order key.
    ['the neutral element', Buffer.from([1, ...Buffer.alloc(63)]).toString('base64url')],
  ])('gets nowhere with a signature of %s', async (_title, signature) => {
    const ticket = await takeTicket(ca, 'worker-2', {})
    const { code } = await attemptJoin(ca, ticket, { signature })
    expect(['ERR_TICKET_SIGNATURE_INVALID', 'ERR_BODY_INVALID']).toContain(code)
    expect(await ticketState(ca, ticket.id)).toBe('open')
  })
})
