import type { FastifyBaseLogger } from 'fastify'
import type { ListenerObserver } from './listener-observer.ts'
import type { RequestLimits } from './limits/index.ts'
import type { ListenerName } from './served-request.ts'

/** What all listeners have in common and where they differ. */
export interface ServerRules {
  readonly name: ListenerName
  readonly log: FastifyBaseLogger
  readonly limits: RequestLimits
  readonly observer: ListenerObserver
}
