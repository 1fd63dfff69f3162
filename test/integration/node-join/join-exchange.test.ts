import { randomBytes } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type JoinSession, openJoinSession } from '@easycerts/adapters/join-session'
import { decodePem } from '@easycerts/shared/encoding'
import { generateSigningKey } from '@easycerts/shared/key'
import { seconds } from '@easycerts/shared/time'
import { type Ticket, ticketPublicKey, verifyJoinStatement } from '@easycerts/shared/ticket'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { type Forged, forgeCa, forgeServer } from '../../support/join/forge-certificate.ts'
import {
  type JoinListener,
  type ListenerBehaviour,
  startJoinListener,
} from '../../support/join/join-listener.ts'
import { createTestLog } from '../../support/test-log.ts'
import { ticketFor } from '../../support/join/ticket-for.ts'

const LIMITS = { connect: seconds(2), time: seconds(0.5), join: seconds(0.5) }

let ca: Forged
let server: Forged
let csr: string
beforeAll(async () => {
  ca = await forgeCa('easycerts enrolment g1')
  server = await forgeServer(ca)
  csr = buildCertificateRequest(await generateSigningKey('ecdsa-p256'))
})

const open: { listener?: JoinListener; session?: JoinSession } = {}
afterEach(async () => {
  open.session?.close()
  await open.listener?.close()
})

const start = async (
  behaviour: Omit<ListenerBehaviour, 'chain'>,
): Promise<{ session: JoinSession; listener: JoinListener; ticket: Ticket }> => {
  const listener = (open.listener = await startJoinListener({ chain: [server, ca], ...behaviour }))
  const ticket = ticketFor(ca, listener.url)
  const session = (open.session = await openJoinSession(ticket, {
    clock: () => new Date(),
    randomOctets: randomBytes,
    signal: new AbortController().signal,
    limits: LIMITS,
  }))
  return { session, listener, ticket }
}

const testLog = await createTestLog()
const JOIN_REPLY = {
  node: { name: 'worker-1', role: 'worker', hosts: [], clusterAdmin: false },
  cluster: {
    name: 'demo',
    domain: 'cluster.local',
    serviceCidr: '10.96.0.0/12',
    podCidr: '10.244.0.0/16',
    apiserver: 'https://10.0.0.1:6443',
    kubernetesVersion: '1.36',
  },
  endpoints: ['https://127.0.0.1:1'],
  trustBundles: {},
  profiles: [],
  time: '2030-01-01T00:00:00.000Z',
  certificate: 'PEM',
  log: { ...testLog.receipt(''), publicKey: testLog.publicKey },
}

const isJoin = (url: string | undefined) => url === '/v1/join'

describe('JoinSession.join', () => {
  it('sends a proof for this connection, over the connection that told its time', async () => {
    const { session, listener, ticket } = await start({
      joinReply: () => ({ status: 200, body: JOIN_REPLY }),
    })
    await expect(session.join({ csr, node: 'worker-1' })).resolves.toMatchObject({
      certificate: 'PEM',
    })
    const [time, join] = listener.received
    expect(join?.remotePort).toBe(time?.remotePort)
    const body = join?.body as { signature: string; ticket: string; node: string }
    expect(body).toMatchObject({ ticket: ticket.id, node: 'worker-1' })
    const statement = {
      ticketId: ticket.id,
      request: decodePem('CERTIFICATE REQUEST', csr),
      exporter: join?.exporter ?? Buffer.alloc(0),
    }
    const signature = Buffer.from(body.signature, 'base64url')
    const publicKey = ticketPublicKey(ticket.seed)
    expect(verifyJoinStatement(publicKey, statement, signature)).toBe(true)
    const elsewhere = { ...statement, exporter: randomBytes(32) }
    expect(verifyJoinStatement(publicKey, elsewhere, signature)).toBe(false)
  })

  it('never sends the seed of the ticket', async () => {
    const { session, listener, ticket } = await start({
      joinReply: () => ({ status: 200, body: JOIN_REPLY }),
    })
    await session.join({ csr })
    const sent = JSON.stringify(listener.received.map(({ url, body }) => [url, body]))
    const seed = ticket.seed.reveal()
    for (const encoding of ['hex', 'base64', 'base64url'] as const)
      expect(sent).not.toContain(seed.toString(encoding))
  })

  it('fails with what the CA refused', async () => {
    const { session } = await start({
      joinReply: () => ({
        status: 401,
        body: {
          type: 'urn:easycerts:error:ticket-spent',
          title: 'ticket already used',
          status: 401,
          code: 'ERR_TICKET_SPENT',
          detail: 'the ticket was used already, with another key',
          hint: 'make a new one',
        },
      }),
    })
    await expect(session.join({ csr })).rejects.toMatchObject({
      code: 'ERR_TICKET_SPENT',
      hint: 'make a new one',
    })
  })

  it('does not dial again when the connection is gone', async () => {
    const { session, listener } = await start({
      misbehave: (_request, reply) => {
        reply.setHeader('connection', 'close')
        return false
      },
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expect(session.join({ csr })).rejects.toMatchObject({ code: 'ERR_CA_UNREACHABLE' })
    expect(listener.received).toHaveLength(1)
  })

  it.each<[string, ListenerBehaviour['misbehave'], string]>([
    ['a server that hangs', ({ url }) => isJoin(url), 'ERR_CA_TIMEOUT'],
    [
      'a server that hangs in the middle of its answer',
      ({ url }, reply) => isJoin(url) && (reply.write('{"certificate":'), true),
      'ERR_CA_TIMEOUT',
    ],
    [
      'an answer that breaks off',
      ({ url }, reply) =>
        isJoin(url) &&
        (reply.writeHead(200, { 'content-length': 100 }).write('{"cert'),
        setTimeout(() => reply.destroy(), 20),
        true),
      'ERR_CA_UNREACHABLE',
    ],
    [
      'an answer that is no HTTP',
      ({ url }, reply) => isJoin(url) && (reply.socket?.end('\x16\x03garbage\r\n\r\n'), true),
      'ERR_CA_REPLY_INVALID',
    ],
    [
      'an answer that is no JSON',
      ({ url }, reply) => isJoin(url) && (reply.end('<html>'), true),
      'ERR_CA_REPLY_INVALID',
    ],
    [
      'an answer of another shape',
      ({ url }, reply) => isJoin(url) && (reply.end('{"certificate":7}'), true),
      'ERR_CA_REPLY_INVALID',
    ],
    [
      'an answer of 10 MiB',
      ({ url }, reply) => isJoin(url) && (reply.end(Buffer.alloc(10 << 20, 0x20)), true),
      'ERR_CA_REPLY_INVALID',
    ],
    [
      'a redirect',
      ({ url }, reply) =>
        isJoin(url) && (reply.writeHead(307, { location: 'https://evil.example/' }).end(), true),
      'ERR_CA_REPLY_INVALID',
    ],
    [
      'an error without a reason',
      ({ url }, reply) => isJoin(url) && (reply.writeHead(500).end('oops'), true),
      'ERR_CA_REPLY_INVALID',
    ],
  ])('fails at %s', async (_title, misbehave, code) => {
    const { session } = await start(misbehave ? { misbehave } : {})
    await expect(session.join({ csr })).rejects.toMatchObject({ code })
  })
})

describe('openJoinSession', () => {
  it('gives up on a server that does not tell its time', async () => {
    await expect(start({ misbehave: () => true })).rejects.toMatchObject({
      code: 'ERR_CA_TIMEOUT',
      message: expect.stringContaining('did not tell its time') as string,
    })
  })
})
