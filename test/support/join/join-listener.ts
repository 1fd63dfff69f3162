import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer, type ServerOptions } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'
import { signServerTime } from '@easycerts/shared/ticket'
import type { Forged } from './forge-certificate.ts'

/** A request as it arrived, and the exporter of the connection that it came over. */
export interface Received {
  readonly url: string
  readonly body: unknown
  readonly exporter: Buffer
  readonly remotePort: number
}

export interface JoinListener {
  readonly url: string
  readonly received: Received[]
  close(): Promise<void>
}

interface JoinReply {
  readonly status: number
  readonly body: unknown
}

export interface ListenerBehaviour {
  /** The chain that it shows, leaf first. */
  readonly chain: readonly Forged[]
  readonly clock?: () => Date
  /** Takes the place of the answer; return false to let the honest one follow. */
  readonly misbehave?: (request: IncomingMessage, reply: ServerResponse) => boolean
  readonly joinReply?: (received: Received) => JoinReply | Promise<JoinReply>
  readonly tls?: ServerOptions
}

/** A join listener on loopback: honest but for what its behaviour says. */
export const startJoinListener = async (behaviour: ListenerBehaviour): Promise<JoinListener> => {
  const [leaf] = behaviour.chain
  if (!leaf) throw new Error('a listener needs a certificate')
  const received: Received[] = []
  const server = createServer(
    {
      key: leaf.key.exportPem().reveal(),
      cert: behaviour.chain.map(({ pem }) => pem).join(''),
      minVersion: 'TLSv1.3',
      ...behaviour.tls,
    },
    (request, reply) => void answer(behaviour, received, request, reply),
  )
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => sockets.add(socket))
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

const answer = async (
  behaviour: ListenerBehaviour,
  received: Received[],
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> => {
  const { socket } = request
  if (!(socket instanceof TLSSocket)) throw new Error('not TLS')
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const record: Received = {
    url: request.url ?? '',
    body: text === '' ? undefined : JSON.parse(text),
    exporter: socket.exportKeyingMaterial(32, 'EXPORTER-easycerts-join', Buffer.alloc(0)),
    remotePort: socket.remotePort ?? 0,
  }
  received.push(record)
  if (behaviour.misbehave?.(request, reply) === true) return
  const url = new URL(record.url, 'https://x')
  const { status, body } =
    url.pathname === '/v1/time'
      ? { status: 200, body: timeOf(behaviour, url.searchParams.get('nonce') ?? '') }
      : ((await behaviour.joinReply?.(record)) ?? { status: 404, body: {} })
  reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const timeOf = ({ chain: [leaf], clock = () => new Date() }: ListenerBehaviour, nonce: string) =>
  leaf ? { nonce, ...signServerTime(leaf.key, nonce, clock()) } : {}
