import { chmodSync, rmSync } from 'node:fs'
import { createServer as createPlainServer } from 'node:http'
import type { Server } from 'node:https'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { type Authority, KeyedMutex } from '../authority/index.ts'
import type { LimitsConfig } from '../config/index.ts'
import type { Publication } from '../publication/index.ts'
import type { ServingCertificate } from '../serving/index.ts'
import { createServer } from './create-server.ts'
import { keepAnswers } from './idempotency.ts'
import { registerJoinRoutes } from './join-server.ts'
import { createReplaceableLimits, NO_LIMITS } from './limits/index.ts'
import { type ListenerObserver, NO_OBSERVER } from './listener-observer.ts'
import { registerNodeRoutes } from './node-server.ts'
import { OpenConnections } from './open-connections.ts'
import type { LookAtHealth } from './operator/health-routes.ts'
import { type ConfigurationSource, registerOperatorRoutes } from './operator/index.ts'
import { admitOperatorCertificates, admitOwner, operatorRouteOf } from './operator-gate.ts'
import { registerPublicRoutes } from './public/index.ts'
import { finishWork } from './register-route.ts'
import { nodeRequesterOf } from './requester.ts'
import type { ListenerName, ServerRules } from './server-rules.ts'
import {
  createJoinListener,
  createNodeListener,
  TLS_RULES,
  trustedBy,
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
    readonly publicPort: number
  }
  /** How revocations are told; on a port of its own, or not over HTTP if that is 0. */
  readonly publication: Publication
  readonly limits: LimitsConfig
  readonly configuration: ConfigurationSource
  readonly observer?: ListenerObserver
  readonly health: LookAtHealth
  readonly socketPath: string
  /** Who the socket's callers are, for the log: the user that runs the server. */
  readonly operator: string
}

export interface Listeners {
  /** New connections get the new certificate; open ones go on. */
  setCredentials(credentials: TlsCredentials): void
  setLimits(limits: LimitsConfig): void
  /** Open connections by listener. */
  connections(): Promise<ReadonlyMap<ListenerName, number>>
  close(): Promise<void>
}

/** The join listener, the mutual-TLS listener and the operator's socket; all of them, or none. */
export const startListeners = async (wish: ListenersWish): Promise<Listeners> => {
  const { authority, serving, publication, log, listen } = wish
  const mutex = new KeyedMutex()
  const tlsServers: Server[] = []
  const keep = (server: Server): Server => {
    tlsServers.push(server)
    return server
  }
  const { enrolment } = authority.issuers
  const credentials = (): TlsCredentials => serving.current().credentials

  const limits = createReplaceableLimits(wish.limits)
  const rules = (name: ListenerName): ServerRules => ({
    name,
    log,
    limits,
    observer: wish.observer ?? NO_OBSERVER,
  })
  const joining = createServer(rules('join'), (handler) =>
    keep(createJoinListener(credentials(), handler)),
  )
  registerJoinRoutes(joining, authority, mutex, serving, limits)
  const nodes = createServer(rules('node'), (handler) =>
    keep(createNodeListener(credentials(), enrolment, handler)),
  )
  const connections = new OpenConnections()
  for (const server of tlsServers) connections.watch(server)
  const desks = {
    revocation: {
      ...publication,
      disconnect: (fingerprints: readonly string[]) => connections.close(fingerprints),
    },
    health: wish.health,
    configuration: wish.configuration,
  }
  keepAnswers(nodes, {
    records: authority,
    authenticate: (request) =>
      operatorRouteOf(request) ? Promise.resolve() : nodeRequesterOf(authority, request),
  })
  admitOperatorCertificates(nodes, authority)
  registerNodeRoutes(nodes, authority, mutex)
  registerOperatorRoutes(nodes, authority, desks)
  const operator = createServer({ ...rules('operator'), limits: NO_LIMITS }, (handler) =>
    createPlainServer(handler),
  )
  // Whoever may open the socket may hear again what it said.
  keepAnswers(operator, { records: authority, authenticate: () => Promise.resolve() })
  admitOwner(operator, wish.operator)
  registerOperatorRoutes(operator, authority, desks)
  const open = createServer(rules('public'), (handler) => createPlainServer(handler))
  registerPublicRoutes(open, authority, publication)

  const all = [joining, nodes, operator, open]
  const close = async (): Promise<void> => {
    await Promise.all(all.map((server) => server.close()))
    await Promise.all(all.map(finishWork))
  }
  try {
    await bind(joining, { host: listen.address, port: listen.joinPort })
    await bind(nodes, { host: listen.address, port: listen.nodePort })
    if (listen.publicPort !== 0) await bind(open, { host: listen.address, port: listen.publicPort })
    await bindSocket(operator, wish.socketPath)
  } catch (error) {
    await close()
    throw error
  }
  return {
    setLimits: limits.replace,
    setCredentials: (next) => {
      const [join, node] = tlsServers
      // Whatever is not said again here falls back to Node's defaults.
      join?.setSecureContext({ ...TLS_RULES, ...next })
      node?.setSecureContext({ ...TLS_RULES, ...next, ca: trustedBy(enrolment) })
    },
    connections: async () =>
      new Map([
        ['join', await countConnections(joining)],
        ['node', await countConnections(nodes)],
        ['operator', await countConnections(operator)],
        ['public', await countConnections(open)],
      ]),
    close,
  }
}

const countConnections = ({ server }: FastifyInstance): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))

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
