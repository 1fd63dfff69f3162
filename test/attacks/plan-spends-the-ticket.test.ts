import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey } from '@easycerts/shared/key'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { callAs, type HeldTicket, joinWith, takeTicket } from '../support/joiner.ts'
import { tryPlan } from '../support/planner.ts'

let server: CaServerProcess
beforeAll(async () => {
  server = await startCaServer()
})
afterAll(() => server.dispose())

const recorded = async () => {
  const [log, nodes, tickets, certificates] = await Promise.all(
    ['/v1/log', '/v1/nodes', '/v1/tickets', '/v1/certificates'].map(
      async (path) => (await server.operator('GET', path)).body,
    ),
  )
  return JSON.stringify({ log, nodes, tickets, certificates })
}

const planned = async (ticket: HeldTicket, more: Readonly<Record<string, unknown>> = {}) =>
  (await tryPlan(server, ticket, more)).code

describe('A plan is used to spend, bind or block another’s ticket', () => {
  it('many plans, under many keys and names, change nothing in the records', async () => {
    const ticket = await takeTicket(server, 'worker-1')
    const before = await recorded()
    for (const { publicKey } of await Promise.all([1, 2].map(() => generateSigningKey('ed25519'))))
      expect(await planned(ticket, { key: publicKey.pin })).toBeUndefined()
    expect(await planned(ticket, { node: 'worker-1' })).toBeUndefined()
    expect(await planned(ticket, { node: 'worker-9' })).toBe('ERR_NODE_NAME_MISMATCH')
    expect(await recorded()).toBe(before)
  })

  it('the honest node joins afterwards, and its own plan still answers while it is not confirmed', async () => {
    const ticket = await takeTicket(server, 'worker-2')
    expect(await planned(ticket)).toBeUndefined()
    const node = await joinWith(server, ticket)
    expect(await planned(ticket, { key: node.key.publicKey.pin })).toBeUndefined()
    const { code } = await callAs(server, node, 'POST', '/v1/identity/confirm', {})
    expect(code).toBeUndefined()
    expect(await planned(ticket, { key: node.key.publicKey.pin })).toBe('ERR_TICKET_SPENT')
  })

  it('a plan tells nothing of a revoked ticket, or of a node that has joined without --replace', async () => {
    const revoked = await takeTicket(server, 'worker-3')
    await server.operator('POST', `/v1/tickets/${revoked.id}/revoke`, {})
    expect(await planned(revoked)).toBe('ERR_TICKET_REVOKED')
    const early = await takeTicket(server, 'worker-4')
    const late = await takeTicket(server, 'worker-4')
    const node = await joinWith(server, early)
    await callAs(server, node, 'POST', '/v1/identity/confirm', {})
    expect(await planned(late)).toBe('ERR_NODE_EXISTS')
  })
})
