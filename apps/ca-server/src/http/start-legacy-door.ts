import { constants } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { createServer as createTlsServer, type Server, type ServerOptions } from 'node:https'
import type { FastifyBaseLogger } from 'fastify'
import { readTextFile } from '@easycerts/adapters/files'
import { seconds } from '@easycerts/shared/time'
import type { LegacyConfig } from '../config/index.ts'
import type { LegacyDesk } from '../legacy-door/index.ts'
import { bindPort } from './bind-server.ts'
import { limitLife, SLOWNESS_CHECKS } from './connection-life.ts'
import { createServer } from './create-server.ts'
import { registerLegacyRoutes } from './legacy-server.ts'
import type { ListenerObserver } from './listener-observer.ts'
import type { RequestLimits } from './limits/index.ts'
import { createPlainListener } from './plain-listener.ts'
import { finishWork } from './register-route.ts'
import { bareCredentials, type TlsCredentials } from './tls-listener.ts'

export interface LegacyDoorWish {
  readonly desk: LegacyDesk
  readonly listen: { readonly address: string; readonly port: number }
  /** Undefined: plain HTTP. */
  readonly credentials: TlsCredentials | undefined
  readonly clients: Pick<LegacyConfig, 'clientCa' | 'clientName'>
  readonly limits: RequestLimits
  readonly observer: ListenerObserver
  readonly log: FastifyBaseLogger
}

/** The cfssl API while it listens. */
export interface LegacyDoor {
  /** New connections get the new certificate. */
  readonly setCredentials: (credentials: TlsCredentials) => void
  readonly close: () => Promise<void>
}

/** Old clients know nothing newer than TLS 1.2, and show no certificate of ours that a ticket could stand for. */
const RULES = {
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_TICKET,
} as const

/** Opens the door; ERR_USAGE for a port that cannot be had. */
export const startLegacyDoor = async (wish: LegacyDoorWish): Promise<LegacyDoor> => {
  const { desk, listen, credentials, clients, limits, observer, log } = wish
  const ca = clients.clientCa === undefined ? {} : { ca: readTextFile(clients.clientCa) }
  const asked = { ...ca, requestCert: 'ca' in ca, rejectUnauthorized: 'ca' in ca }
  const made: Server[] = []
  const overTls = (handler: RequestListener, given: TlsCredentials): Server => {
    const server = createTlsListener({ ...asked, ...bareCredentials(given) }, handler)
    made.push(server)
    return server
  }
  const server = createServer({ name: 'legacy', log, limits, observer }, (handler) =>
    credentials ? overTls(handler, credentials) : createPlainListener(handler),
  )
  const { clientName } = clients
  registerLegacyRoutes(server, desk, clientName === undefined ? undefined : new RegExp(clientName))
  try {
    await bindPort(server, { host: listen.address, port: listen.port })
  } catch (error) {
    await server.close()
    throw error
  }
  return {
    setCredentials: (next) => {
      for (const tls of made) tls.setSecureContext({ ...RULES, ...asked, ...bareCredentials(next) })
    },
    close: async () => {
      await server.close()
      await finishWork(server)
    },
  }
}

const createTlsListener = (options: ServerOptions, handler: RequestListener): Server =>
  limitLife(
    createTlsServer(
      { ...SLOWNESS_CHECKS, handshakeTimeout: seconds(10), ...RULES, ...options },
      handler,
    ),
    'secureConnection',
  )
