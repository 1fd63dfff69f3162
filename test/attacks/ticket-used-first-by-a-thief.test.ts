import { generateSigningKey } from '@easycerts/shared/key'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAs, joinWith, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin, entriesOf, ticketCheck } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a ticket that a thief uses before its node', () => {
  it('fails for the honest node, and that failure tells the operator and names the thief’s key', async () => {
    const ticket = await takeTicket(ca, 'worker-1')
    const thief = await joinWith(ca, ticket)
    const key = await generateSigningKey('ecdsa-p256')
    const honest = await attemptJoin(ca, ticket, {}, key)
    expect(honest).toMatchObject({ status: 401, code: 'ERR_TICKET_SPENT' })
    expect(honest.body['hint']).toMatch(/find out which/)

    const [entry] = entriesOf(ca, 'ticket-contested')
    expect(JSON.parse(String(entry?.['entry']))).toMatchObject({
      body: { node: 'worker-1', key: key.publicKey.pin },
    })
    expect((await ticketCheck(ca)).status).toBe('failed')
    const { body } = await ca.operator('GET', `/v1/tickets/${ticket.id}`)
    expect(body['nodes']).toMatchObject([{ keyPin: thief.key.publicKey.pin }])
  })

  it('is worth nothing to the thief once the operator has revoked it', async () => {
    const ticket = await takeTicket(ca, 'worker-2')
    const thief = await joinWith(ca, ticket)
    await attemptJoin(ca, ticket)
    await ca.operator('POST', `/v1/tickets/${ticket.id}/revoke`, {})
    await expect(callAs(ca, thief, 'POST', '/v1/identity/confirm', {})).resolves.toMatchObject({
      code: 'ERR_TICKET_REVOKED',
    })
    expect(ca.rows(`SELECT * FROM nodes WHERE name = 'worker-2' AND state = 'joined'`)).toEqual([])
    await expect(joinWith(ca, await takeTicket(ca, 'worker-2'))).resolves.toBeDefined()
  })
})
