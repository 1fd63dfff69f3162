import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../support/ca-server-process.ts'
import { freePort } from '../support/free-port.ts'
import { callAs, type HeldTicket, joinWith, takeTicket } from '../support/joiner.ts'
import { tryPlan } from '../support/planner.ts'

let server: CaServerProcess
let metricsPort: number
let ticket: HeldTicket
beforeAll(async () => {
  metricsPort = await freePort()
  server = await startCaServer({
    editConfig: (text) => `${text}\nmonitoring:\n  port: ${metricsPort}\n`,
  })
  ticket = await takeTicket(server, 'worker-1')
})
afterAll(() => server.dispose())

const plansCounted = async (outcome: string): Promise<number> => {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  const line = text
    .split('\n')
    .find((each) => each.startsWith(`easycerts_ticket_plans_total{outcome="${outcome}"}`))
  return Number(line?.split(' ').at(-1) ?? 0)
}

const toldInLog = () =>
  server
    .log()
    .split('\n')
    .filter((line) => line.includes('what a ticket is worth'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('A thief asks what a stolen ticket is worth', () => {
  it('and hears it, but the operator sees a count and a line with ticket and address', async () => {
    expect(await tryPlan(server, ticket)).toMatchObject({ status: 200 })
    expect(await tryPlan(server, ticket)).toMatchObject({ status: 200 })
    expect(await plansCounted('shown')).toBe(2)
    expect(toldInLog()).toHaveLength(2)
    expect(toldInLog()[0]).toMatchObject({
      ticket: ticket.id,
      node: 'worker-1',
      outcome: 'shown',
      origin: '127.0.0.1',
    })
  })

  it('after the honest node has joined: refused as a second join would be, and counted', async () => {
    const node = await joinWith(server, ticket)
    expect((await tryPlan(server, ticket)).code).toBe('ERR_TICKET_SPENT')
    await callAs(server, node, 'POST', '/v1/identity/confirm', {})
    expect((await tryPlan(server, ticket)).code).toBe('ERR_TICKET_SPENT')
    expect(await plansCounted('refused')).toBe(2)
    expect(toldInLog().at(-1)).toMatchObject({ outcome: 'ERR_TICKET_SPENT' })
  })

  it('again and again: the limit of joins stops it', async () => {
    const other = await takeTicket(server, 'worker-2')
    const codes = new Set<string | undefined>()
    for (let attempt = 0; attempt < 60 && !codes.has('ERR_RATE_LIMITED'); attempt++)
      codes.add((await tryPlan(server, other)).code)
    expect(codes).toContain('ERR_RATE_LIMITED')
  })
})
