import type { RequestListener } from 'node:http'
import type { Server } from 'node:https'
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
import { type NodeLimits } from './admit-issuance.ts'
import { registerNodeRoutes } from './node-server.ts'
import { OpenConnections } from './open-connections.ts'
import type { LookAtHealth } from './operator/health-routes.ts'
import {
  type ConfigurationSource,
  type LegacyDoorDesk,
  registerOperatorRoutes,
} from './operator/index.ts'
import { admitOperatorCertificates, admitOwner, operatorRouteOf } from './operator-gate.ts'
import { createPlainListener } from './plain-listener.ts'
import { registerPublicRoutes } from './public/index.ts'
import { nodeRequesterOf } from './requester.ts'
import { registerReturnRoutes } from './return-routes.ts'
import type { ServerRules } from './server-rules.ts'
import type { ListenerName } from './served-request.ts'
import { createJoinListener, createNodeListener } from './tls-listener.ts'

export interface ListenersWish {
  readonly authority: Authority
  readonly serving: ServingCertificate
  readonly log: FastifyBaseLogger
  /** How revocations are told; on a port of its own, or not over HTTP if that is 0. */
  readonly publication: Publication
  readonly limits: LimitsConfig
  readonly configuration: ConfigurationSource
  readonly legacyDoor: LegacyDoorDesk
  readonly observer?: ListenerObserver
  readonly health: LookAtHealth
  /** Who the socket's callers are, for the log: the user that runs the server. */
  readonly operator: string
}

type OwnListener = Exclude<ListenerName, 'monitoring' | 'legacy'>
type Desks = Parameters<typeof registerOperatorRoutes>[2]

export interface CreatedListeners {
  readonly servers: Readonly<Record<OwnListener, FastifyInstance>>
  readonly tls: Readonly<Record<'join' | 'node', Server>>
  readonly limits: ReturnType<typeof createReplaceableLimits>
  /** Ends the connections of these identities, at once. */
  readonly disconnect: (fingerprints: readonly string[]) => void
}

/** All routes on all listeners, none of which listens yet. */
export const createListeners = (wish: ListenersWish): CreatedListeners => {
  const { authority, serving, publication, log } = wish
  const mutex = new KeyedMutex()
  const limits = createReplaceableLimits(wish.limits)
  const observer = wish.observer ?? NO_OBSERVER
  const rules = (name: ListenerName): ServerRules => ({ name, log, limits, observer })
  const { credentials } = serving.current()

  const [join, joinTls] = overTls(rules('join'), (handler) =>
    createJoinListener(credentials, handler),
  )
  registerJoinRoutes(join, authority, mutex, { serving, limits })
  registerReturnRoutes(join, authority, mutex)

  const connections = new OpenConnections()
  const disconnect = (fingerprints: readonly string[]): void => connections.close(fingerprints)
  const desks: Desks = {
    revocation: { ...publication, disconnect },
    health: wish.health,
    configuration: wish.configuration,
    legacyDoor: wish.legacyDoor,
  }
  const [node, nodeTls] = overTls(rules('node'), (handler) =>
    createNodeListener(credentials, authority.issuers.enrolment, handler),
  )
  connections.watch(nodeTls)
  authority.events.listen({ shutOut: ({ fingerprints }) => connections.close(fingerprints) })
  registerForNodes(node, authority, mutex, { ...desks, limits })

  const operator = createServer({ ...rules('operator'), limits: NO_LIMITS }, createPlainListener)
  // Whoever may open the socket may hear again what it said.
  keepAnswers(operator, { records: authority, authenticate: () => Promise.resolve() })
  admitOwner(operator, wish.operator)
  registerOperatorRoutes(operator, authority, desks)

  const open = createServer(rules('public'), createPlainListener)
  registerPublicRoutes(open, authority, { ...publication, limits })
  const servers = { join, node, operator, public: open }
  return { servers, tls: { join: joinTls, node: nodeTls }, limits, disconnect }
}

/** Nodes with their identities, and operators with their certificates. */
const registerForNodes = (
  server: FastifyInstance,
  authority: Authority,
  mutex: KeyedMutex,
  desks: Desks & { readonly limits: NodeLimits },
): void => {
  keepAnswers(server, {
    records: authority,
    authenticate: (request) =>
      operatorRouteOf(request) ? Promise.resolve() : nodeRequesterOf(authority, request),
  })
  admitOperatorCertificates(server, authority)
  registerNodeRoutes(server, authority, mutex, desks.limits)
  registerOperatorRoutes(server, authority, desks)
}

/** Fastify over a TLS listener, and the listener itself, whose certificate will be replaced. */
const overTls = (
  rules: ServerRules,
  listen: (handler: RequestListener) => Server,
): readonly [FastifyInstance, Server] => {
  const made: Server[] = []
  const server = createServer(rules, (handler) => {
    const tls = listen(handler)
    made.push(tls)
    return tls
  })
  const [tls] = made
  if (!tls) throw new TypeError('no listener was made')
  return [server, tls]
}
