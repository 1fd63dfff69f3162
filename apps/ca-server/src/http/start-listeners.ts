import type { FastifyInstance } from 'fastify'
import type { LimitsConfig } from '../config/index.ts'
import { bindPort, bindSocket } from './bind-server.ts'
import { type CreatedListeners, createListeners, type ListenersWish } from './create-listeners.ts'
import { finishWork } from './register-route.ts'
import type { ListenerName } from './served-request.ts'
import { bareCredentials, TLS_RULES, type TlsCredentials, trustedBy } from './tls-listener.ts'

/** What a listener beside these shares with them. */
export type SharedRules = Pick<CreatedListeners, 'limits' | 'disconnect'>

export interface Listeners extends SharedRules {
  /** New connections get the new certificate; open ones go on. */
  setCredentials(credentials: TlsCredentials): void
  setLimits(limits: LimitsConfig): void
  /** Open connections by listener. */
  connections(): Promise<ReadonlyMap<ListenerName, number>>
  close(): Promise<void>
}

/** The join listener, the mutual-TLS listener, the public one and the operator's socket; all, or none. */
export const startListeners = async (
  wish: ListenersWish & {
    readonly listen: {
      readonly address: string
      readonly joinPort: number
      readonly nodePort: number
      readonly publicPort: number
    }
    readonly socketPath: string
  },
): Promise<Listeners> => {
  const { listen } = wish
  const { servers, tls, limits, disconnect } = createListeners(wish)
  const all = Object.values(servers)
  const close = async (): Promise<void> => {
    await Promise.all(all.map((server) => server.close()))
    await Promise.all(all.map(finishWork))
  }
  try {
    await bindPort(servers.join, { host: listen.address, port: listen.joinPort })
    await bindPort(servers.node, { host: listen.address, port: listen.nodePort })
    if (listen.publicPort !== 0)
      await bindPort(servers.public, { host: listen.address, port: listen.publicPort })
    await bindSocket(servers.operator, wish.socketPath)
  } catch (error) {
    await close()
    throw error
  }
  const ca = trustedBy(wish.authority.issuers.enrolment)
  return {
    limits,
    disconnect,
    setLimits: limits.replace,
    setCredentials: (credentials) => {
      const next = bareCredentials(credentials)
      // Whatever is not said again here falls back to Node's defaults.
      tls.join.setSecureContext({ ...TLS_RULES, ...next })
      tls.node.setSecureContext({ ...TLS_RULES, ...next, ca })
    },
    connections: async () => {
      const counts = Object.entries(servers).map(
        async ([name, server]) => [name as ListenerName, await countConnections(server)] as const,
      )
      return new Map(await Promise.all(counts))
    },
    close,
  }
}

const countConnections = ({ server }: FastifyInstance): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))
