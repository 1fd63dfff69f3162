import { reasonOf } from '@easycerts/shared/errors'
import type { FastifyBaseLogger } from 'fastify'
import type { LimitsConfig, MonitoringConfig } from '../config/index.ts'
import { createServer } from './create-server.ts'
import { createRequestLimits } from './limits/index.ts'
import type { ListenerObserver } from './listener-observer.ts'
import { type Monitoring, registerMonitoringRoutes } from './monitoring-server.ts'
import { createPlainListener } from './plain-listener.ts'

export interface MonitoringWish {
  readonly config: MonitoringConfig
  readonly limits: LimitsConfig
  readonly monitoring: Monitoring
  readonly observer: ListenerObserver
  readonly log: FastifyBaseLogger
}

export interface MonitoringListener {
  /** Why it does not listen; undefined if it does, or is turned off. */
  readonly fault: string | undefined
  readonly close: () => Promise<void>
}

/** A port that is taken is told, and no reason not to serve: certificates matter more than figures. */
export const startMonitoring = async ({
  config,
  limits,
  monitoring,
  observer,
  log,
}: MonitoringWish): Promise<MonitoringListener> => {
  if (!config.enabled) return { fault: undefined, close: () => Promise.resolve() }
  const rules = { name: 'monitoring', log, observer, limits: createRequestLimits(limits) } as const
  const server = createServer(rules, createPlainListener)
  registerMonitoringRoutes(server, monitoring)
  const close = async (): Promise<void> => {
    await server.close()
  }
  try {
    await server.listen({ host: config.address, port: config.port })
    return { fault: undefined, close }
  } catch (error) {
    await close()
    const fault = `cannot listen on ${config.address} port ${config.port}: ${reasonOf(error)}`
    return { fault, close: () => Promise.resolve() }
  }
}
