import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '@easycerts/shared/encoding'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest, formatName, parseCertificatePem } from '@easycerts/shared/x509'
import { type CaServerProcess, startCaServer } from '../../support/ca-server-process.ts'
import {
  callAs,
  type HeldTicket,
  joinBody,
  joinNode,
  joinWith,
  openConnection,
  takeTicket,
  tryJoin,
} from '../../support/joiner.ts'

let server: CaServerProcess
let otherKey: ExportableKey
beforeAll(async () => {
  server = await startCaServer()
  otherKey = await generateSigningKey('ecdsa-p256')
})
afterAll(() => server.dispose())

let count = 0
const newTicket = (more: Readonly<Record<string, unknown>> = {}): Promise<HeldTicket> =>
  takeTicket(server, `worker-${++count}`, more)

const requestOf = async (key?: ExportableKey): Promise<string> =>
  buildCertificateRequest(key ?? (await generateSigningKey('ecdsa-p256')))

const logOf = async (ticket: HeldTicket): Promise<string[]> => {
  const { body } = await server.operator('GET', '/v1/log')
  const entries = body['entries'] as { kind: string; body: { ticket?: string }; actor: string }[]
  return entries
    .filter(({ actor, body: { ticket: id } }) => id === ticket.id || actor.endsWith(ticket.id))
    .map(({ kind }) => kind)
}

/** Certificates that name the node in any state, so that a refusal is seen to have signed nothing. */
const certificatesFor = async (subject: string): Promise<number> => {
  const { body } = await server.operator('GET', '/v1/certificates')
  const all = body['certificates'] as { subject: string }[]
  return all.filter((each) => each.subject.startsWith(`CN=${subject},`)).length
}

describe('a join', () => {
  it('gives an identity of the enrolment CA, for the key of the request and the node of the ticket', async () => {
    const ticket = await newTicket()
    const key = await generateSigningKey('ecdsa-p256')
    const { certificate } = await joinWith(server, ticket, key)
    const parsed = parseCertificatePem(certificate)
    expect(parsed.pin).toBe(key.publicKey.pin)
    expect(formatName(parsed.subject)).toBe(`CN=worker-${count}, O=easycerts:node`)
    expect(parsed.names).toEqual([{ kind: 'uri', value: `easycerts://demo/node/worker-${count}` }])
    expect(parsed.extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  })

  it('tells the node what it is, what its cluster trusts and where to go next', async () => {
    const ticket = await takeTicket(server, 'master-1', { role: 'master', hosts: ['10.0.0.5'] })
    const { body } = await tryJoin(server, ticket, { csr: await requestOf() })
    expect(body).toMatchObject({
      node: {
        name: 'master-1',
        role: 'master',
        hosts: [{ kind: 'ip', value: '10.0.0.5' }],
        clusterAdmin: false,
      },
      cluster: { name: 'demo', serviceCidr: '10.96.0.0/12' },
      endpoints: [`https://127.0.0.1:${server.nodePort}`, `https://localhost:${server.nodePort}`],
    })
    expect(Object.keys(body['trustBundles'] as object).toSorted()).toEqual([
      'client-ca',
      'enrolment',
      'etcd-client',
      'etcd-peer',
      'front-proxy',
      'server-ca',
    ])
    expect(body['profiles']).toContain('kube-apiserver')
    expect(body['profiles']).not.toContain('cluster-admin')
  })

  it('gives the same key the same certificate, byte for byte, until the identity is confirmed', async () => {
    const ticket = await newTicket()
    const key = await generateSigningKey('ecdsa-p256')
    const first = await joinWith(server, ticket, key)
    await server.kill()
    await server.start()
    await expect(joinWith(server, ticket, key)).resolves.toEqual(first)
    await callAs(server, first, 'POST', '/v1/identity/confirm', {})
    await expect(tryJoin(server, ticket, { csr: await requestOf(key) })).resolves.toMatchObject({
      status: 401,
      code: 'ERR_TICKET_SPENT',
    })
  })

  it('with a used ticket and another key is refused, and the operator finds it in the log', async () => {
    const ticket = await newTicket()
    await joinWith(server, ticket)
    await expect(
      tryJoin(server, ticket, { csr: await requestOf(otherKey) }),
    ).resolves.toMatchObject({ status: 401, code: 'ERR_TICKET_SPENT' })
    expect(await logOf(ticket)).toEqual([
      'ticket-contested',
      'certificate-issued',
      'ticket-bound',
      'ticket-created',
    ])
  })

  it('twice at once with one key gives one certificate', async () => {
    const ticket = await newTicket()
    const key = await generateSigningKey('ecdsa-p256')
    const [a, b] = await Promise.all([joinWith(server, ticket, key), joinWith(server, ticket, key)])
    expect(a.certificate).toBe(b.certificate)
    expect(await certificatesFor(`worker-${count}`)).toBe(1)
  })

  it('of eight at once with keys of their own succeeds for exactly one', async () => {
    const ticket = await newTicket()
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => tryJoin(server, ticket, { csr: await requestOf() })),
    )
    const codes = answers.map(({ code }) => code).toSorted()
    expect(codes).toEqual([...Array<string>(7).fill('ERR_TICKET_SPENT'), undefined])
    expect(await certificatesFor(`worker-${count}`)).toBe(1)
  })

  it('by two tickets for one new node is confirmed for the first and refused to the second', async () => {
    const [one, two] = [await newTicket(), await takeTicket(server, `worker-${count}`)]
    const [first, second] = [await joinWith(server, one), await joinWith(server, two)]
    await expect(callAs(server, second, 'POST', '/v1/identity/confirm', {})).resolves.toMatchObject(
      { status: 200 },
    )
    await expect(callAs(server, first, 'POST', '/v1/identity/confirm', {})).resolves.toMatchObject({
      status: 409,
      code: 'ERR_NODE_EXISTS',
    })
    await expect(callAs(server, second, 'GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
  })

  it('of a node that has joined needs a ticket that replaces it, and retires the old identity', async () => {
    const old = await joinNode(server, 'worker-again')
    const { body, code } = await server.operator('POST', '/v1/tickets', {})
    expect([body['code'], code]).toEqual(['ERR_BODY_INVALID', 'ERR_BODY_INVALID'])
    const renewed = await joinWith(
      server,
      await takeTicket(server, 'worker-again', { replace: true }),
    )
    await expect(callAs(server, old, 'GET', '/v1/node')).resolves.toMatchObject({ status: 200 })
    await callAs(server, renewed, 'POST', '/v1/identity/confirm', {})
    await expect(callAs(server, old, 'GET', '/v1/node')).resolves.toMatchObject({
      code: 'ERR_IDENTITY_SUPERSEDED',
    })
  })
})

describe('a revoked ticket', () => {
  it('joins nobody', async () => {
    const ticket = await newTicket()
    await server.operator('POST', `/v1/tickets/${ticket.id}/revoke`, {})
    await expect(tryJoin(server, ticket, { csr: await requestOf() })).resolves.toMatchObject({
      status: 401,
      code: 'ERR_TICKET_REVOKED',
    })
    expect(await certificatesFor(`worker-${count}`)).toBe(0)
  })

  it('is worthless to the key that it was bound to, and so is what that key got', async () => {
    const ticket = await newTicket()
    const identity = await joinWith(server, ticket)
    await server.operator('POST', `/v1/tickets/${ticket.id}/revoke`, {})
    const csr = await requestOf(identity.key)
    await expect(tryJoin(server, ticket, { csr })).resolves.toMatchObject({
      code: 'ERR_TICKET_REVOKED',
    })
    await expect(
      callAs(server, identity, 'POST', '/v1/identity/confirm', {}),
    ).resolves.toMatchObject({ status: 401, code: 'ERR_TICKET_REVOKED' })
  })
})

describe('a proof', () => {
  let ticket: HeldTicket
  beforeAll(async () => {
    ticket = await newTicket()
  })

  it('of a ticket that nobody made is refused', async () => {
    const made = { ...ticket, id: '222222222222' }
    await expect(tryJoin(server, made, { csr: await requestOf() })).resolves.toMatchObject({
      status: 401,
      code: 'ERR_TICKET_UNKNOWN',
    })
  })

  it.each<[string, () => Promise<Record<string, unknown>>]>([
    [
      'by another ticket’s key',
      async () => {
        const { exporter, close } = await openConnection(server.joinPort)
        close()
        const forged = { ...ticket, seed: new Secret(randomBytes(32)) }
        return joinBody(forged, await requestOf(), exporter)
      },
    ],
    ['that is no signature', () => Promise.resolve({ signature: 'AAAA' })],
    ['for another request', async () => ({ csr: await requestOf(otherKey) })],
  ])('%s is refused', async (_title, forge) => {
    await expect(
      tryJoin(server, ticket, { csr: await requestOf(), body: await forge() }),
    ).resolves.toMatchObject({ status: 401, code: 'ERR_TICKET_SIGNATURE_INVALID' })
  })

  it('of one connection is worth nothing on another', async () => {
    const [mine, theirs] = [
      await openConnection(server.joinPort),
      await openConnection(server.joinPort),
    ]
    const body = joinBody(ticket, await requestOf(), mine.exporter)
    await expect(theirs.send('POST', '/v1/join', body)).resolves.toMatchObject({
      status: 401,
      code: 'ERR_TICKET_SIGNATURE_INVALID',
    })
    await expect(mine.send('POST', '/v1/join', body)).resolves.toMatchObject({ status: 200 })
    mine.close()
    theirs.close()
  })
})
