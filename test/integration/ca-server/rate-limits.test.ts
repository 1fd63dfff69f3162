import { connect } from 'node:net'
import { once } from 'node:events'
import { generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import {
  callAs,
  connectAs,
  joinNode,
  openConnection,
  takeTicket,
  tryJoin,
} from '../../support/joiner.ts'
import { until } from '../../support/until.ts'

const csr = async () => buildCertificateRequest(await generateSigningKey('ecdsa-p256'))

const limited = (limits: string) =>
  startCaServer({ editConfig: (text) => `${text}\nlimits:\n${limits}` })

describe('one identity', () => {
  let server: CaServerProcess
  beforeAll(async () => {
    server = await limited('  identity:\n    requestsPerMinute: 20\n')
  })
  afterAll(() => server.dispose())

  it('is told to wait once it has asked too often, while others go on', async () => {
    const [busy, other] = await Promise.all([
      joinNode(server, 'worker-1'),
      joinNode(server, 'worker-2'),
    ])
    const connection = await connectAs(server, busy)
    const answers = []
    for (let turn = 0; turn < 25; turn++) answers.push(await connection.send('GET', '/v1/node'))
    connection.close()
    const refused = answers.filter(({ code }) => code === 'ERR_RATE_LIMITED')
    // The confirmation of its join was its first request.
    expect(refused.length).toBe(25 - 19)
    for (const { status, headers } of refused) {
      expect(status).toBe(429)
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
    }
    await expect(callAs(server, other, 'GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
  })
})

describe('one ticket', () => {
  let server: CaServerProcess
  beforeAll(async () => {
    server = await limited('  ticket:\n    joinsPerMinute: 3\n')
  })
  afterAll(() => server.dispose())

  it('may be tried a few times a minute', async () => {
    const ticket = await takeTicket(server, 'worker-1')
    const request = await csr()
    const codes = []
    for (let turn = 0; turn < 5; turn++)
      codes.push((await tryJoin(server, ticket, { csr: request })).code)
    expect(codes).toEqual([undefined, undefined, undefined, 'ERR_RATE_LIMITED', 'ERR_RATE_LIMITED'])
    const another = await takeTicket(server, 'worker-2')
    expect((await tryJoin(server, another, { csr: await csr() })).code).toBeUndefined()
  })
})

describe('one address', () => {
  let server: CaServerProcess
  beforeAll(async () => {
    server = await limited('  address:\n    failuresPerMinute: 5\n')
  })
  afterAll(() => server.dispose())

  it('is told nothing after many proofs that were none, and heard once a proof is right', async () => {
    const node = await joinNode(server, 'worker-1')
    const honest = await takeTicket(server, 'worker-2')
    const unknown = { ...honest, id: '2'.repeat(12) }
    const attempt = async () => (await tryJoin(server, unknown, { csr: await csr() })).code
    const codes = []
    for (let turn = 0; turn < 5; turn++) codes.push(await attempt())
    expect(codes).toEqual(Array(5).fill('ERR_TICKET_UNKNOWN'))
    const locked = await Promise.all([attempt(), attempt(), attempt()])
    expect(locked).toEqual(Array(3).fill('ERR_RATE_LIMITED'))
    expect((await tryJoin(server, honest, { csr: await csr() })).code).toBeUndefined()
    await expect(callAs(server, node, 'GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
  })

  it('says why a ticket whose proof is right is worth nothing, however many were wrong', async () => {
    const ticket = await takeTicket(server, 'worker-3')
    await server.operator('POST', `/v1/tickets/${ticket.id}/revoke`, {})
    expect((await tryJoin(server, ticket, { csr: await csr() })).code).toBe('ERR_TICKET_REVOKED')
  })
})

describe('an address that opens connections', () => {
  let server: CaServerProcess
  beforeAll(async () => {
    server = await limited('  address:\n    connections: 10\n')
  })
  afterAll(() => server.dispose())

  it('has so many and no more', async () => {
    const open = Array.from({ length: 10 }, () => connect(server.joinPort, '127.0.0.1'))
    for (const socket of open) socket.on('error', () => undefined)
    await Promise.all(open.map((socket) => once(socket, 'connect')))
    const refused = connect(server.joinPort, '127.0.0.1')
    refused.on('error', () => undefined)
    await once(refused, 'close')
    expect(open.every(({ destroyed }) => !destroyed)).toBe(true)
    open[0]?.destroy()
    await once(open[0] ?? refused, 'close')
    // The server hears of the end a moment later.
    await until(() =>
      openConnection(server.joinPort).then(
        (connection) => {
          connection.close()
          return true
        },
        () => false,
      ),
    )
    for (const socket of open) socket.destroy()
  })
})
