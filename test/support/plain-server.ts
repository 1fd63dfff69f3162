import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { createServer } from '../../apps/ca-server/src/http/create-server.ts'
import { NO_LIMITS } from '../../apps/ca-server/src/http/limits/index.ts'
import { NO_OBSERVER } from '../../apps/ca-server/src/http/listener-observer.ts'
import { createPlainListener } from '../../apps/ca-server/src/http/plain-listener.ts'
import type { ServerRules } from '../../apps/ca-server/src/http/server-rules.ts'

/** One answer, whatever its media type. */
export interface PlainAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** `ERR_…` of a problem. */
  readonly code: string | undefined
}

export interface PlainServer {
  readonly port: number
  readonly server: FastifyInstance
  readonly send: (
    method: string,
    path: string,
    options?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
  ) => Promise<PlainAnswer>
  /** Octets to the port, and all that comes back until the server closes. */
  readonly sendRaw: (octets: string) => Promise<string>
  readonly close: () => Promise<void>
}

/** A listener by the rules of all listeners, over plain HTTP on loopback. */
export const startPlainServer = async (
  register: (server: FastifyInstance) => void,
  more: Partial<ServerRules> = {},
): Promise<PlainServer> => {
  const rules = {
    name: 'join',
    log: pino({ level: 'silent' }),
    limits: NO_LIMITS,
    observer: NO_OBSERVER,
    ...more,
  } as const
  const server = createServer(rules, createPlainListener)
  register(server)
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    server,
    send: (method, path, { headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
        const sent = request({
          ...{ host: '127.0.0.1', port, method, path, agent: false },
          headers: { ...length, ...headers },
        })
        sent.once('error', reject)
        sent.once('response', (reply) => {
          const chunks: Buffer[] = []
          reply.on('data', (chunk: Buffer) => chunks.push(chunk))
          reply.once('error', reject)
          reply.once('end', () => {
            const text = Buffer.concat(chunks).toString('utf8')
            const { statusCode: status = 0 } = reply
            resolve({ status, headers: reply.headers, text, code: codeIn(text) })
          })
        })
        sent.end(body)
      }),
    sendRaw: async (octets) => {
      const socket = connect(port, '127.0.0.1')
      const chunks: Buffer[] = []
      socket.on('data', (chunk: Buffer) => chunks.push(chunk))
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      socket.write(octets)
      await once(socket, 'close')
      return Buffer.concat(chunks).toString('utf8')
    },
    close: () => server.close(),
  }
}

const codeIn = (text: string): string | undefined => /"code":"(ERR_[A-Z0-9_]+)"/.exec(text)?.[1]
