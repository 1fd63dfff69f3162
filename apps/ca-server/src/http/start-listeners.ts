import { chmodSync, rmSync } from 'node:fs'
import { createServer as createPlainServer } from 'node:http'
import type { Server } from 'node:https'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { certificatePem } from '@easycerts/shared/x509'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type Authority, KeyedMutex } from '../authority/index.ts'
import type { ServingCertificate } from '../serving/index.ts'
import { createServer } from './create-server.ts'
import { registerJoinRoutes } from './join-server.ts'
import { registerNodeRoutes } from './node-server.ts'
import { registerOperatorRoutes } from './operator/index.ts'
import { finishWork } from './register-route.ts'
import {
  createJoinListener,
  createNodeListener,
  TLS_RULES,
  type TlsCredentials,
} from './tls-listener.ts'

export interface ListenersWish {
  readonly authority: Authority
  readonly serving: ServingCertificate
  readonly log: FastifyBaseLogger
  readonly listen: {
    readonly address: string
    readonly joinPort: number
    readonly nodePort: number
  }
  readonly socketPath: string
  /** Who the socket's callers are, for the log: the user that runs the server. */
  readonly operator: string
}

export interface Listeners {
  /** New connections get the new certificate; open ones go on. */
  setCredentials(credentials: TlsCredentials): void
  close(): Promise<void>
}

/** The join listener, the mutual-TLS listener and the operator's socket; all of them, or none. */
export const startListeners = async (wish: ListenersWish): Promise<Listeners> => {
  const { authority, serving, log, listen } = wish
  const mutex = new KeyedMutex()
  const tlsServers: Server[] = []
  const keep = (server: Server): Server => {
    tlsServers.push(server)
    return server
  }
  const enrolmentCa = certificatePem(authority.issuers.enrolment.certificate)
  const credentials = (): TlsCredentials => serving.current().credentials

  const joining = createServer(log, (handler) => keep(createJoinListener(credentials(), handler)))
  registerJoinRoutes(joining, authority, mutex, serving)
  const nodes = createServer(log, (handler) =>
    keep(createNodeListener(credentials(), enrolmentCa, handler)),
  )
  registerNodeRoutes(nodes, authority, mutex)
  const operator = createServer(log, (handler) => createPlainServer(handler))
  registerOperatorRoutes(operator, authority, wish.operator)

  const all = [joining, nodes, operator]
  const close = async (): Promise<void> => {
    await Promise.all(all.map((server) => server.close()))
    await Promise.all(all.map(finishWork))
  }
  try {
    await bind(joining, { host: listen.address, port: listen.joinPort })
    await bind(nodes, { host: listen.address, port: listen.nodePort })
    await bindSocket(operator, wish.socketPath)
  } catch (error) {
    await close()
    throw error
  }
  return {
    setCredentials: (next) => {
      const [join, node] = tlsServers
      // Whatever is not said again here falls back to Node's defaults.
      join?.setSecureContext({ ...TLS_RULES, ...next })
      node?.setSecureContext({ ...TLS_RULES, ...next, ca: [enrolmentCa] })
    },
    close,
  }
}

const bind = async (
  server: FastifyInstance,
  where: { host: string; port: number },
): Promise<void> => {
  try {
    await server.listen(where)
  } catch (error) {
    throw new EasycertsError(
      'ERR_USAGE',
      `cannot listen on ${where.host} port ${where.port}: ${reasonOf(error)}`,
      {
        hint: 'is another ca-server running, or the port taken? change "listen" in ca-server.yaml',
      },
    )
  }
}

/** A socket left behind by a killed server is removed: the data directory's lock says that we are alone. */
const bindSocket = async (server: FastifyInstance, path: string): Promise<void> => {
  rmSync(path, { force: true })
  try {
    await server.listen({ path })
    chmodSync(path, 0o600)
  } catch (error) {
    throw new EasycertsError('ERR_USAGE', `cannot listen on ${path}: ${reasonOf(error)}`, {
      hint: 'a socket path has at most 107 characters: use a shorter data directory',
    })
  }
}
