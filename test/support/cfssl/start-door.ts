import { request } from 'node:http'
import pino from 'pino'
import { NO_LIMITS } from '../../../apps/ca-server/src/http/limits/index.ts'
import { NO_OBSERVER } from '../../../apps/ca-server/src/http/listener-observer.ts'
import {
  type LegacyDoorWish,
  startLegacyDoor,
} from '../../../apps/ca-server/src/http/start-legacy-door.ts'
import { freePort } from '../free-port.ts'

export interface RunningDoor {
  readonly port: number
  readonly close: () => Promise<void>
}

/** The door over a socket of this machine; plain HTTP unless it has credentials. */
export const startDoor = async (
  wish: Pick<LegacyDoorWish, 'desk'> & Partial<LegacyDoorWish>,
): Promise<RunningDoor> => {
  const port = await freePort()
  const { close } = await startLegacyDoor({
    listen: { address: '127.0.0.1', port },
    credentials: undefined,
    clients: {},
    limits: NO_LIMITS,
    observer: NO_OBSERVER,
    log: pino({ level: 'silent' }),
    ...wish,
  })
  return { port, close }
}

export interface DoorAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** As Go's client asks: a connection of its own for each request. */
export const askDoor = (
  port: number,
  {
    method,
    path,
    body,
  }: { readonly method: string; readonly path: string; readonly body?: string },
): Promise<DoorAnswer> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', connection: 'close' }
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false })
    sent.once('error', reject)
    sent.once('response', (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.once('error', reject)
      reply.once('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          headers: reply.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    sent.end(body)
  })
