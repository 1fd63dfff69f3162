import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAs, joinNode, takeTicket } from '../support/joiner.ts'
import { type AttackedCa, startAttackedCa } from './support/attacked-ca.ts'
import { attemptJoin } from './support/ticket-attack.ts'

let ca: AttackedCa
beforeAll(async () => {
  ca = await startAttackedCa()
})
afterAll(() => ca.dispose())

describe('a fleet’s ticket used to take the place of a node that is there or will be', () => {
  it('is refused for a node that has joined, which goes on', async () => {
    const node = await joinNode(ca, 'worker-1')
    const ticket = await takeTicket(ca, 'worker-*', { uses: 5 })
    expect((await attemptJoin(ca, ticket, { node: 'worker-1' })).code).toBe('ERR_NODE_EXISTS')
    await expect(callAs(ca, node, 'GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
  })

  it('is refused for a name that another ticket promises', async () => {
    const promised = await takeTicket(ca, 'worker-2')
    const ticket = await takeTicket(ca, 'worker-*', { uses: 5 })
    expect((await attemptJoin(ca, ticket, { node: 'worker-2' })).code).toBe('ERR_NODE_EXISTS')
    expect((await attemptJoin(ca, promised)).code).toBeUndefined()
  })

  it('is refused for a name that a node of another fleet’s ticket is joining by', async () => {
    const [first, second] = [
      await takeTicket(ca, 'worker-*', { uses: 5 }),
      await takeTicket(ca, 'worker-{1..9}', { uses: 5 }),
    ]
    expect((await attemptJoin(ca, first, { node: 'worker-5' })).code).toBeUndefined()
    expect((await attemptJoin(ca, second, { node: 'worker-5' })).code).toBe('ERR_NODE_EXISTS')
  })

  it('is refused for the name of a node of the same ticket, with another key', async () => {
    const ticket = await takeTicket(ca, 'worker-*', { uses: 5 })
    expect((await attemptJoin(ca, ticket, { node: 'worker-6' })).code).toBeUndefined()
    expect((await attemptJoin(ca, ticket, { node: 'worker-6' })).code).toBe('ERR_TICKET_SPENT')
    const { body } = await ca.operator('GET', `/v1/tickets/${ticket.id}`)
    expect(body).toMatchObject({ usesTaken: 1, nodes: [{ node: 'worker-6' }] })
  })
})
