import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { decodePem, Secret } from '@easycerts/shared/encoding'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { JOIN_EXPORTER, signJoinStatement, ticketPublicKey } from '@easycerts/shared/ticket'
import { buildCertificateRequest } from '@easycerts/shared/x509'
import { type Answer, answerOf } from './ca-server-process.ts'

/** Where a ca-server listens. */
export interface Ports {
  readonly joinPort: number
  readonly nodePort: number
}

/** What a ticket in somebody's hand is, without its text form. */
export interface HeldTicket {
  readonly id: string
  readonly seed: Secret<Buffer>
  readonly pins: readonly string[]
}

type Operator = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Answer>

/** The body of a ticket wish for `POST /v1/tickets`: a worker, for an hour. */
export const ticketWish = (node: string, more: Readonly<Record<string, unknown>> = {}) => ({
  node,
  role: 'worker',
  hosts: [],
  clusterAdmin: false,
  ttl: '1h',
  replace: false,
  publicKey: ticketPublicKey(new Secret(randomBytes(32))).toString('base64url'),
  ...more,
})

/** A ticket from the operator's socket; throws if it is refused. */
export const takeTicket = async (
  { operator }: { readonly operator: Operator },
  node: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<HeldTicket> => {
  const seed = new Secret(randomBytes(32))
  const publicKey = ticketPublicKey(seed).toString('base64url')
  const { body, code } = await operator(
    'POST',
    '/v1/tickets',
    ticketWish(node, { publicKey, ...more }),
  )
  if (code !== undefined) throw new Error(`no ticket: ${code}`)
  return { id: String(body['id']), seed, pins: body['pins'] as string[] }
}

export interface RawAnswer extends Answer {
  readonly headers: IncomingHttpHeaders
}

/** One TLS connection and the requests over it. */
export interface Connection {
  readonly socket: TLSSocket
  /** What a proof of a ticket must name to be good on this connection. */
  readonly exporter: Buffer
  /** A body that is no string or Buffer is sent as JSON. */
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<RawAnswer>
  readonly close: () => void
}

/** A handshake with whoever listens there, who is not verified unless the options say so. */
export const openConnection = async (
  port: number,
  options: ConnectionOptions = {},
): Promise<Connection> => {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
  await once(socket, 'secureConnect')
  // A refusal after the handshake, as TLS 1.3 has them, shows at the next request.
  socket.on('error', () => undefined)
  let hasEnded = false
  socket.once('close', () => (hasEnded = true))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  agent.createConnection = () => {
    if (socket.destroyed) throw new Error('the connection has ended')
    return socket
  }
  return {
    socket,
    exporter: socket.exportKeyingMaterial(
      JOIN_EXPORTER.length,
      JOIN_EXPORTER.label,
      Buffer.alloc(0),
    ),
    send: (method, path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        if (hasEnded) throw new Error('the connection has ended')
        const content = contentOf(body)
        const sent = httpRequest(
          {
            agent,
            method,
            path,
            host: '127.0.0.1',
            headers: {
              ...(content === undefined || 'transfer-encoding' in headers
                ? {}
                : {
                    'content-type': 'application/json',
                    'content-length': Buffer.byteLength(content),
                  }),
              ...headers,
            },
          },
          (reply) => {
            const chunks: Buffer[] = []
            // A server that drains says so in its last answer.
            hasEnded ||= reply.headers.connection === 'close'
            reply.on('data', (chunk: Buffer) => chunks.push(chunk))
            reply.once('error', reject)
            reply.once('end', () =>
              resolve({
                ...answerOf(reply.statusCode ?? 0, Buffer.concat(chunks)),
                headers: reply.headers,
              }),
            )
          },
        )
        sent.once('error', reject)
        sent.end(content)
      }),
    close: () => {
      agent.destroy()
      socket.destroy()
    },
  }
}

const contentOf = (body: unknown): string | Buffer | undefined =>
  body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
    ? body
    : JSON.stringify(body)

/** The honest body of a join over a connection with this exporter. */
export const joinBody = (ticket: HeldTicket, csr: string, exporter: Buffer) => ({
  ticket: ticket.id,
  csr,
  signature: signJoinStatement(ticket.seed, {
    ticketId: ticket.id,
    request: decodePem('CERTIFICATE REQUEST', csr),
    exporter,
  }).toString('base64url'),
})

export interface JoinAttempt {
  readonly csr: string
  /** Laid over the honest body. */
  readonly body?: Readonly<Record<string, unknown>>
}

/** One join over a connection of its own. */
export const tryJoin = async (
  { joinPort }: Pick<Ports, 'joinPort'>,
  ticket: HeldTicket,
  attempt: JoinAttempt,
): Promise<RawAnswer> => {
  const connection = await openConnection(joinPort)
  try {
    const body = joinBody(ticket, attempt.csr, connection.exporter)
    return await connection.send('POST', '/v1/join', { ...body, ...attempt.body })
  } finally {
    connection.close()
  }
}

/** What a node holds after its join. */
export interface Identity {
  readonly key: ExportableKey
  /** PEM. */
  readonly certificate: string
}

/** A join with a new key, which must succeed; the identity is not confirmed yet. */
export const joinWith = async (
  ports: Ports,
  ticket: HeldTicket,
  key?: ExportableKey,
): Promise<Identity> => {
  const own = key ?? (await generateSigningKey('ecdsa-p256'))
  const { body, code } = await tryJoin(ports, ticket, { csr: buildCertificateRequest(own) })
  if (code !== undefined) throw new Error(`no join: ${code}`)
  return { key: own, certificate: String(body['certificate']) }
}

/** A connection to the mutual-TLS listener with an identity. */
export const connectAs = (
  { nodePort }: Pick<Ports, 'nodePort'>,
  { key, certificate }: Identity,
  options: ConnectionOptions = {},
): Promise<Connection> =>
  openConnection(nodePort, { cert: certificate, key: key.exportPem().reveal(), ...options })

/** One call with an identity over a connection of its own. */
export const callAs = async (
  ports: Pick<Ports, 'nodePort'>,
  identity: Identity,
  ...call: Parameters<Connection['send']>
): Promise<RawAnswer> => {
  const connection = await connectAs(ports, identity)
  try {
    return await connection.send(...call)
  } finally {
    connection.close()
  }
}

/** Ticket, join and confirmation: a node that may ask for certificates. */
export const joinNode = async (
  server: Ports & { readonly operator: Operator },
  node: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Identity> => {
  const identity = await joinWith(server, await takeTicket(server, node, more))
  const { code } = await callAs(server, identity, 'POST', '/v1/identity/confirm', {})
  if (code !== undefined) throw new Error(`not confirmed: ${code}`)
  return identity
}

/** A request for a certificate of a profile, with a key of its own. */
export const askCertificate = async (
  ports: Pick<Ports, 'nodePort'>,
  identity: Identity,
  profile: string,
  key?: ExportableKey,
): Promise<RawAnswer> => {
  const csr = buildCertificateRequest(key ?? (await generateSigningKey('ecdsa-p256')))
  return callAs(ports, identity, 'POST', '/v1/certificates', { profile, csr })
}
