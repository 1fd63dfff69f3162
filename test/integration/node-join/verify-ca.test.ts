import { randomBytes } from 'node:crypto'
import {
  type AddressInfo,
  connect,
  createServer as createPlainServer,
  type Server,
  type Socket,
} from 'node:net'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openJoinSession, type StageLimits } from '@easycerts/adapters/join-session'
import { seconds } from '@easycerts/shared/time'
import type { Ticket } from '@easycerts/shared/ticket'
import {
  type Forged,
  forgeCa,
  forgeCertificate,
  forgeServer,
} from '../../support/join/forge-certificate.ts'
import {
  type JoinListener,
  type ListenerBehaviour,
  startJoinListener,
} from '../../support/join/join-listener.ts'
import { ticketFor } from '../../support/join/ticket-for.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const at = (offset: number) => new Date(Date.now() + offset)

const listeners: JoinListener[] = []
const listen = async (behaviour: ListenerBehaviour): Promise<JoinListener> => {
  const listener = await startJoinListener(behaviour)
  listeners.push(listener)
  return listener
}
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close()
})

const open = (ticket: Ticket, clock = () => new Date(), limits?: StageLimits) =>
  openJoinSession(ticket, {
    clock,
    randomOctets: randomBytes,
    signal: new AbortController().signal,
    ...(limits ? { limits } : {}),
  })

/** Shows the chain to somebody whose ticket pins `anchor`, and tells what became of it. */
const outcome = async (anchor: Forged, behaviour: ListenerBehaviour) => {
  const listener = await listen(behaviour)
  const promise = open(ticketFor(anchor, listener.url))
  await promise.then(
    (session) => session.close(),
    () => undefined,
  )
  return { listener, promise }
}

let ca: Forged
let stranger: Forged
beforeAll(async () => {
  ca = await forgeCa('easycerts enrolment g1')
  stranger = await forgeCa('somebody else')
})

describe('openJoinSession', () => {
  it('opens with the CA that the ticket pins, and asks over one connection', async () => {
    const listener = await listen({ chain: [await forgeServer(ca), ca] })
    const session = await open(ticketFor(ca, listener.url))
    session.close()
    expect(session.server.anchor.pin).toBe(ca.certificate.pin)
    expect(Math.abs(session.time.offset)).toBeLessThan(2_000)
    expect(listener.received.map(({ url }) => url.split('?')[0])).toEqual(['/v1/time'])
  })

  it('opens when the pinned CA signs by an intermediate', async () => {
    const intermediate = await forgeCa('easycerts enrolment issuing', { issuer: ca })
    const server = await forgeServer(intermediate)
    const { promise } = await outcome(ca, { chain: [server, intermediate, ca] })
    await expect(promise).resolves.toBeDefined()
  })

  it('opens when the pinned CA is itself an intermediate', async () => {
    const intermediate = await forgeCa('easycerts enrolment issuing', { issuer: stranger })
    const { promise } = await outcome(intermediate, {
      chain: [await forgeServer(intermediate), intermediate],
    })
    await expect(promise).resolves.toBeDefined()
  })

  it('refuses a server in the middle that has a CA of its own', async () => {
    const { listener, promise } = await outcome(ca, {
      chain: [await forgeServer(stranger), stranger],
    })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_PIN_MISMATCH' })
    expect(listener.received).toEqual([])
  })

  it('refuses a chain of somebody else with the pinned certificate at its end', async () => {
    const { listener, promise } = await outcome(ca, {
      chain: [await forgeServer(stranger), stranger, ca],
    })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_PIN_MISMATCH' })
    expect(listener.received).toEqual([])
  })

  it('refuses a leaf that only claims to be issued by the pinned CA', async () => {
    const posing = await forgeServer(stranger, { claimedIssuer: ca })
    const { listener, promise } = await outcome(ca, { chain: [posing, ca] })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_CHAIN_INVALID' })
    expect(listener.received).toEqual([])
  })

  it('refuses a posing leaf whose dates are over, which hide its signature from OpenSSL', async () => {
    const posing = await forgeServer(stranger, { claimedIssuer: ca, until: at(-HOUR / 2) })
    const { promise } = await outcome(ca, { chain: [posing, ca], clock: () => at(-HOUR / 2 - 1) })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_CHAIN_INVALID' })
  })

  it('refuses another CA of the same name', async () => {
    const twin = await forgeCa('easycerts enrolment g1')
    const { promise } = await outcome(ca, { chain: [await forgeServer(twin), twin] })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_PIN_MISMATCH' })
  })

  it('refuses a certificate of the pinned CA for another name', async () => {
    const server = await forgeServer(ca, { hosts: ['10.9.9.9', 'other.example'] })
    const { promise } = await outcome(ca, { chain: [server, ca] })
    await expect(promise).rejects.toMatchObject({
      code: 'ERR_CHAIN_INVALID',
      message: expect.stringContaining('127.0.0.1') as string,
    })
  })

  it('refuses another name even where dates keep Node from comparing names', async () => {
    const server = await forgeServer(ca, { hosts: ['10.9.9.9'], until: at(-HOUR / 2) })
    const { promise } = await outcome(ca, { chain: [server, ca] })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_CHAIN_INVALID' })
  })

  it('refuses a node identity of the pinned CA in the place of the server', async () => {
    const node = await forgeServer(ca, { purposes: ['clientAuth'] })
    const { promise } = await outcome(ca, { chain: [node, ca] })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_CHAIN_INVALID' })
  })

  it('refuses the pinned certificate as the server’s own', async () => {
    const leaf = await forgeCa('easycerts enrolment g1', {
      hosts: ['127.0.0.1'],
      purposes: ['serverAuth'],
    })
    const { promise } = await outcome(leaf, { chain: [leaf] })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_CHAIN_INVALID' })
  })

  it('refuses an intermediate that is no CA', async () => {
    const leafAsCa = await forgeCertificate({ commonName: 'a leaf', issuer: ca })
    const { promise } = await outcome(ca, { chain: [await forgeServer(leafAsCa), leafAsCa, ca] })
    // Node links no child to an issuer that may not sign, so the pinned one is not even reached.
    await expect(promise).rejects.toMatchObject({
      code: expect.stringMatching(/ERR_(PIN_MISMATCH|CHAIN_INVALID)/) as string,
    })
  })

  it('refuses an intermediate beyond the path length of the pinned CA', async () => {
    const narrow = await forgeCa('narrow', { pathLength: 0 })
    const intermediate = await forgeCa('below', { issuer: narrow })
    const { promise } = await outcome(narrow, {
      chain: [await forgeServer(intermediate), intermediate, narrow],
    })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_CHAIN_INVALID' })
  })

  it('does not fall through to the next endpoint when the first one is an impostor', async () => {
    const impostor = await listen({ chain: [await forgeServer(stranger), stranger] })
    const honest = await listen({ chain: [await forgeServer(ca), ca] })
    const promise = open(ticketFor(ca, impostor.url, honest.url))
    await expect(promise).rejects.toMatchObject({ code: 'ERR_PIN_MISMATCH' })
    expect(honest.received).toEqual([])
  })

  it('tries the next endpoint when nobody listens at the first', async () => {
    const honest = await listen({ chain: [await forgeServer(ca), ca] })
    const session = await open(ticketFor(ca, await closedEndpoint(), honest.url))
    session.close()
    expect(session.endpoint).toBe(honest.url)
  })

  it('names every endpoint when none can be reached', async () => {
    const [first, second] = [await closedEndpoint(), await closedEndpoint()]
    await expect(open(ticketFor(ca, first, second))).rejects.toMatchObject({
      code: 'ERR_CA_UNREACHABLE',
      message: expect.stringMatching(/ECONNREFUSED.*; .*ECONNREFUSED/) as string,
    })
  })

  it('refuses TLS 1.2', async () => {
    const { promise } = await outcome(ca, {
      chain: [await forgeServer(ca), ca],
      tls: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' },
    })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_CA_UNREACHABLE' })
  })

  it('gives up on a server that accepts and never speaks', async () => {
    const silent = createPlainServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const limits = { connect: seconds(0.3), time: seconds(1), join: seconds(1) }
    const promise = open(ticketFor(ca, `https://127.0.0.1:${port ?? 0}`), undefined, limits)
    await expect(promise).rejects.toMatchObject({ code: 'ERR_CA_TIMEOUT' })
    silent.close()
  })
})

describe('clocks', () => {
  it('refuses a chain that is over at the server’s own time', async () => {
    const expired = await forgeServer(ca, { until: at(-HOUR / 2) })
    const { promise } = await outcome(ca, { chain: [expired, ca] })
    await expect(promise).rejects.toMatchObject({ code: 'ERR_CHAIN_INVALID' })
  })

  it('tells by how much this machine is behind, where all of the CA is not valid yet here', async () => {
    const later = { from: at(DAY), until: at(3 * DAY) }
    const future = await forgeCa('future', later)
    const { promise } = await outcome(future, {
      chain: [await forgeServer(future, later), future],
      clock: () => at(DAY + 2 * HOUR),
    })
    await expect(promise).rejects.toMatchObject({
      code: 'ERR_CLOCK_WRONG',
      message: "this machine's clock is 1d 2h behind the CA's",
    })
  })

  it('tells by how much this machine is ahead', async () => {
    const listener = await listen({ chain: [await forgeServer(ca), ca] })
    const promise = open(ticketFor(ca, listener.url), () => at(DAY + 2 * HOUR))
    await expect(promise).rejects.toMatchObject({
      code: 'ERR_CLOCK_WRONG',
      message: "this machine's clock is 1d 2h ahead of the CA's",
    })
  })

  it('opens within five minutes, and knows the figure', async () => {
    const listener = await listen({ chain: [await forgeServer(ca), ca] })
    const session = await open(ticketFor(ca, listener.url), () => at(-4 * 60_000))
    session.close()
    expect(Math.round(session.time.offset / 10_000)).toBe(-24)
  })

  it.each([
    ['another nonce', { nonce: 'AAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['another time', { time: '2020-01-01T00:00:00.000Z' }],
    ['no signature', { signature: 'AAAA' }],
  ])('refuses a signed time with %s', async (_title, change) => {
    const listener = await listen({
      chain: [await forgeServer(ca), ca],
      misbehave: (request, reply) => {
        const nonce = new URL(request.url ?? '', 'https://x').searchParams.get('nonce')
        const honest = { nonce, time: new Date().toISOString(), signature: 'AAAA' }
        reply.end(JSON.stringify({ ...honest, ...change }))
        return true
      },
    })
    await expect(open(ticketFor(ca, listener.url))).rejects.toMatchObject({
      code: 'ERR_CA_REPLY_INVALID',
    })
  })
})

/** A port of loopback that was free a moment ago. */
const closedEndpoint = async (): Promise<string> => {
  const server = createPlainServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  await new Promise((resolve) => server.close(resolve))
  return `https://127.0.0.1:${port}`
}

describe('a relay in the middle', () => {
  /** Passes the first connection on to the real CA, and sends every later one to the impostor. */
  const relay = async (honest: JoinListener, impostor: JoinListener): Promise<string> => {
    let connections = 0
    const server = createPlainServer((client) => {
      const target = new URL((connections++ === 0 ? honest : impostor).url)
      const upstream = connect({ host: '127.0.0.1', port: Number(target.port) })
      client.on('error', () => upstream.destroy())
      upstream.on('error', () => client.destroy())
      client.pipe(upstream).pipe(client)
      relays.push(client, upstream)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    relays.push(server)
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const relays: (Server | Socket)[] = []
  afterEach(() => {
    for (const closable of relays.splice(0)) {
      if ('destroy' in closable) closable.destroy()
      else closable.close()
    }
  })

  it.each<[string, () => Promise<Forged[]>]>([
    ['a CA of its own', async () => [await forgeServer(stranger), stranger]],
    ['a leaf that poses', async () => [await forgeServer(stranger, { claimedIssuer: ca }), ca]],
    [
      'a leaf that poses and is over, which hides its signature from OpenSSL',
      async () => [
        await forgeServer(stranger, { claimedIssuer: ca, until: new Date(Date.now() - 60_000) }),
        ca,
      ],
    ],
    [
      'a genuine leaf for another name that is over, which keeps Node from comparing names',
      async () => [
        await forgeServer(ca, { hosts: ['10.9.9.9'], until: new Date(Date.now() - 60_000) }),
        ca,
      ],
    ],
  ])('is refused when its second connection shows %s', async (_title, chain) => {
    const honest = await listen({ chain: [await forgeServer(ca), ca] })
    const impostor = await listen({ chain: await chain() })
    const url = await relay(honest, impostor)
    await expect(open(ticketFor(ca, url))).rejects.toMatchObject({ code: 'ERR_CHAIN_INVALID' })
    expect(impostor.received).toEqual([])
  })

  it('that passes everything on changes nothing', async () => {
    const honest = await listen({ chain: [await forgeServer(ca), ca] })
    const session = await open(ticketFor(ca, await relay(honest, honest)))
    session.close()
    expect(session.server.anchor.pin).toBe(ca.certificate.pin)
  })
})
