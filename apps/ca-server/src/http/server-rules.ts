import type { FastifyBaseLogger } from 'fastify'
import type { ListenerObserver } from './listener-observer.ts'
import type { RequestLimits } from './limits/index.ts'

/** The listeners by what they are for; the one label of metrics and limits. */
export type ListenerName = 'join' | 'node' | 'operator' | 'public' | 'monitoring'

/** One answer, for the metrics: nothing in it grows with nodes or addresses. */
export interface ServedRequest {
  readonly listener: ListenerName
  /** The pattern of the route, or 'none'. */
  readonly route: string
  readonly method: string
  readonly status: number
  readonly seconds: number
}

/** What all listeners have in common and where they differ. */
export interface ServerRules {
  readonly name: ListenerName
  readonly log: FastifyBaseLogger
  readonly limits: RequestLimits
  readonly observer: ListenerObserver
}
