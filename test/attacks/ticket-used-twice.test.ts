import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAs, joinNode, joinWith, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin, entriesOf, ticketCheck, ticketState } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a ticket that was copied and is used a second time', () => {
  it('joins nobody after the confirmation, alarms the operator and leaves the node alone', async () => {
    const ticket = await takeTicket(ca, 'worker-1')
    const honest = await joinWith(ca, ticket)
    await callAs(ca, honest, 'POST', '/v1/identity/confirm', {})
    expect(await ticketCheck(ca)).toMatchObject({ status: 'ok' })

    const stolen = await attemptJoin(ca, ticket)
    expect(stolen).toMatchObject({ status: 401, code: 'ERR_TICKET_SPENT' })
    expect(entriesOf(ca, 'ticket-contested')).toHaveLength(1)
    const check = await ticketCheck(ca)
    expect(check.status).toBe('failed')
    expect(check.detail).toContain(ticket.id)
    expect(await ticketState(ca, ticket.id)).toBe('spent')
    await expect(callAs(ca, honest, 'GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
  })

  it('joins nobody between the first use and its confirmation either', async () => {
    const ticket = await takeTicket(ca, 'worker-2')
    const honest = await joinWith(ca, ticket)
    expect(await attemptJoin(ca, ticket)).toMatchObject({ code: 'ERR_TICKET_SPENT' })
    await expect(callAs(ca, honest, 'POST', '/v1/identity/confirm', {})).resolves.toMatchObject({
      status: 200,
    })
  })

  it('fills no log: however many copies are one entry an hour', async () => {
    const before = entriesOf(ca, 'ticket-contested').length
    const ticket = await takeTicket(ca, 'worker-3')
    await joinWith(ca, ticket)
    for (let turn = 0; turn < 8; turn++) await attemptJoin(ca, ticket)
    expect(entriesOf(ca, 'ticket-contested')).toHaveLength(before + 1)
    await expect(joinNode(ca, 'worker-4')).resolves.toBeDefined()
  })
})
