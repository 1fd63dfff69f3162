import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseTicket } from '@easycerts/shared/ticket'
import { days, minutes } from '@easycerts/shared/time'
import {
  createTicket,
  revokeTicket,
  stateOfTicket,
  type TicketWish,
} from '../../../apps/ca-server/src/authority/index.ts'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import { filesOf } from '../../support/file-tree.ts'
import { callAs, joinNode, joinWith, takeTicket, ticketWish } from '../../support/joiner.ts'
import { openTestAuthority, type TestAuthority } from '../../support/test-authority.ts'
import { codeOfAsync } from '../../support/to-throw-code.ts'
import { OPERATOR } from '../../support/requesters.ts'

let server: CaServerProcess
beforeAll(async () => {
  server = await startCaServer()
  await joinNode(server, 'joined')
})
afterAll(() => server.dispose())

const stateOf = async (id: string): Promise<unknown> => {
  const { body } = await server.operator('GET', '/v1/tickets')
  return (body['tickets'] as { id: string; state: string }[]).find((each) => each.id === id)?.state
}

describe('a ticket', () => {
  it('is open, then bound by a join, then spent by the confirmation', async () => {
    const ticket = await takeTicket(server, 'worker-1')
    expect(await stateOf(ticket.id)).toBe('open')
    const identity = await joinWith(server, ticket)
    expect(await stateOf(ticket.id)).toBe('bound')
    await callAs(server, identity, 'POST', '/v1/identity/confirm', {})
    expect(await stateOf(ticket.id)).toBe('spent')
  })

  it('is revoked once and stays so', async () => {
    const { id } = await takeTicket(server, 'worker-2')
    for (let time = 0; time < 2; time++)
      await expect(server.operator('POST', `/v1/tickets/${id}/revoke`, {})).resolves.toMatchObject({
        status: 200,
        body: { id, node: 'worker-2', state: 'revoked' },
      })
    const { body } = await server.operator('GET', '/v1/log')
    const entries = body['entries'] as { kind: string; body: { ticket?: string } }[]
    const own = entries.filter((entry) => entry.body.ticket === id).map(({ kind }) => kind)
    expect(own).toEqual(['ticket-revoked', 'ticket-created'])
  })

  it('that nobody made cannot be revoked', async () => {
    await expect(
      server.operator('POST', '/v1/tickets/222222222222/revoke', {}),
    ).resolves.toMatchObject({ status: 401, code: 'ERR_TICKET_UNKNOWN' })
  })

  it('is kept without its secret: no file of the server holds the seed', async () => {
    const { seed } = await takeTicket(server, 'worker-3')
    const secret = seed.reveal()
    const spellings = [
      secret,
      ...(['hex', 'base64', 'base64url'] as const).map((e) => secret.toString(e)),
    ]
    for (const file of filesOf(server.directory))
      for (const spelling of spellings)
        expect(readFileSync(file).includes(spelling), file).toBe(false)
    for (const spelling of spellings.slice(1)) expect(server.log()).not.toContain(spelling)
  })

  it.each([
    ['a node name in upper case', { node: 'Worker-9' }, 'ERR_NAME_INVALID'],
    ['a node name with a blank', { node: 'worker 9' }, 'ERR_NAME_INVALID'],
    ['a node name that ends a command', { node: 'x;reboot' }, 'ERR_NAME_INVALID'],
    ['a node name too long for a certificate', { node: 'a'.repeat(53) }, 'ERR_NAME_INVALID'],
    ['a node name that reads as half an address', { node: '10.0' }, 'ERR_NAME_INVALID'],
    ['no node name', { node: '' }, 'ERR_BODY_INVALID'],
    ['an unknown role', { role: 'king' }, 'ERR_BODY_INVALID'],
    ['a host that is none', { hosts: ['10.0.0.300'] }, 'ERR_NAME_INVALID'],
    ['a wildcard', { hosts: ['*.example.org'] }, 'ERR_NAME_INVALID'],
    ['the unspecified address', { hosts: ['0.0.0.0'] }, 'ERR_NAME_INVALID'],
    ['the unspecified address of IPv6', { hosts: ['::'] }, 'ERR_NAME_INVALID'],
    ['a multicast address', { hosts: ['10.0.0.9', '224.0.0.1'] }, 'ERR_NAME_INVALID'],
    ['a multicast address of IPv6', { hosts: ['ff02::1'] }, 'ERR_NAME_INVALID'],
    ['the broadcast address', { hosts: ['255.255.255.255'] }, 'ERR_NAME_INVALID'],
    ['33 hosts', { hosts: Array.from({ length: 33 }, (_, i) => `h${i}`) }, 'ERR_BODY_INVALID'],
    ['cluster-admin for a worker', { clusterAdmin: true }, 'ERR_USAGE'],
    ['a time to live below a minute', { ttl: '59s' }, 'ERR_USAGE'],
    ['a time to live beyond a week', { ttl: '169h' }, 'ERR_USAGE'],
    ['a time to live without a unit', { ttl: '60' }, 'ERR_DURATION_INVALID'],
    ['a node that has joined', { node: 'joined' }, 'ERR_NODE_EXISTS'],
    ['a key that is none', { publicKey: 'AAAA' }, 'ERR_BODY_INVALID'],
    ['a key that is not base64url', { publicKey: 'a+b/' }, 'ERR_BODY_INVALID'],
    ['an unknown field', { profiles: ['admin'] }, 'ERR_BODY_INVALID'],
    ['a field of another type', { replace: 'yes' }, 'ERR_BODY_INVALID'],
  ])('is not made for %s', async (_title, wish, code) => {
    const count = async () => (await server.operator('GET', '/v1/tickets')).body['tickets'] as []
    const before = await count()
    const answer = await server.operator('POST', '/v1/tickets', ticketWish('worker-9', wish))
    expect(answer.code).toBe(code)
    expect(await count()).toHaveLength(before.length)
  })

  it('is made for a node that has joined, if a new key may take its place', async () => {
    await expect(
      server.operator('POST', '/v1/tickets', ticketWish('joined', { replace: true })),
    ).resolves.toMatchObject({ status: 200 })
  })
})

describe('a ticket by the clock and the names of the CA', () => {
  let ca: TestAuthority
  beforeAll(async () => {
    ca = await openTestAuthority()
  })
  afterAll(() => ca.dispose())

  const wish = (more: Partial<TicketWish> = {}): TicketWish => {
    const { publicKey, ...rest } = ticketWish('worker-1')
    return { ...rest, role: 'worker', publicKey: Buffer.from(publicKey, 'base64url'), ...more }
  }
  const create = (more: Partial<TicketWish> = {}) =>
    createTicket(ca.authority, OPERATOR, wish(more))
  const stateNow = async (id: string) => {
    const ticket = await ca.authority.store.read((reading) => reading.findTicket(id))
    return ticket && stateOfTicket(ticket, ca.clock.read())
  }

  it('is open up to its end and expired from then on', async () => {
    const { id, expiresAt } = await create({ ttl: '10m' })
    expect(expiresAt.getTime() - ca.clock.read().getTime()).toBe(minutes(10))
    ca.clock.advance(minutes(10) - 1)
    expect(await stateNow(id)).toBe('open')
    ca.clock.advance(1)
    expect(await stateNow(id)).toBe('expired')
  })

  it('is revoked for good, whatever the time', async () => {
    const { id } = await create()
    await revokeTicket(ca.authority, 'root', id)
    ca.clock.advance(days(8))
    expect(await stateNow(id)).toBe('revoked')
  })

  it.each([
    ['an address of the CA', { hosts: ['10.0.0.1'] }],
    ['a name of the CA', { hosts: ['ca.demo.example'] }],
    ['a node named as the CA', { node: 'ca.demo.example' }],
    ['a node named as the CA’s address', { node: '10.0.0.1' }],
    ['a name of kube-apiserver', { hosts: ['kubernetes.default.svc'] }],
    [
      'a name of kube-apiserver in the cluster’s domain',
      { hosts: ['kubernetes.default.svc.cluster.local'] },
    ],
    ['address of the kubernetes service', { hosts: ['10.96.0.1'] }],
    ['node named as kube-apiserver', { node: 'kubernetes' }],
  ] as const)('gives a worker no %s', async (_title, more) => {
    expect(await codeOfAsync(create(more))).toBe('ERR_NAME_RESERVED')
    await expect(create({ ...more, role: 'master' })).resolves.toBeDefined()
  })
})

describe('ca-server ticket', () => {
  it('prints one line that names the CA and that the server accepts', async () => {
    const made = await server.ca(['ticket', 'create', '--node', 'worker-5', '--role', 'worker'])
    expect(made).toMatchObject({ exitCode: 0, stderr: '' })
    const { ticket: line } = JSON.parse(made.stdout) as { ticket: string }
    const ticket = parseTicket(line)
    expect(ticket.endpoints).toEqual([
      `https://127.0.0.1:${server.joinPort}`,
      `https://localhost:${server.joinPort}`,
    ])
    await expect(joinWith(server, ticket)).resolves.toBeDefined()
    expect(await stateOf(ticket.id)).toBe('bound')
  })

  it('lists and revokes', async () => {
    const { id } = await takeTicket(server, 'worker-6')
    await expect(server.ca(['ticket', 'revoke', id])).resolves.toMatchObject({ exitCode: 0 })
    const { stdout } = await server.ca(['ticket', 'list'])
    const listed = JSON.parse(stdout) as { id: string; state: string }[]
    expect(listed.find((each) => each.id === id)?.state).toBe('revoked')
  })

  it('fails with the server’s own code', async () => {
    const args = ['ticket', 'create', '--node', 'Worker', '--role', 'worker']
    await expect(server.ca(args)).resolves.toMatchObject({ code: 'ERR_NAME_INVALID', exitCode: 65 })
    await expect(
      server.ca(['ticket', 'revoke', randomBytes(6).toString('hex')]),
    ).resolves.toMatchObject({ code: 'ERR_TICKET_UNKNOWN', exitCode: 77 })
  })
})
