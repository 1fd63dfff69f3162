import { createMetricRegistry } from '@easycerts/adapters/metrics'
import type { Log } from '@easycerts/adapters/log'
import { reasonOf } from '@easycerts/shared/errors'
import { type Clock, seconds } from '@easycerts/shared/time'
import { collectMetrics, type MetricSources } from './collect-metrics.ts'
import { METRICS } from './metric-table.ts'
import { createMetricsServer, LONGEST_SILENCE } from './metrics-server.ts'

export interface MetricsWish {
  readonly address: string
  readonly port: number
  /** A look at the disk and at what the daemon knows. */
  readonly look: () => MetricSources
  readonly passedAt: () => Date | undefined
  readonly clock: Clock
  readonly log: Log
}

/** However often somebody scrapes, the disk is looked at this seldom. */
const FRESHNESS = seconds(5)

/** A port that is taken is told, and no reason not to renew. Gives what ends the listener. */
export const startMetrics = async (wish: MetricsWish): Promise<() => Promise<void>> => {
  const { address, port, look, passedAt, clock, log } = wish
  const registry = createMetricRegistry(METRICS)
  const startedAt = clock()
  let text = ''
  let lookedAt = Number.NEGATIVE_INFINITY
  const server = createMetricsServer({
    contentType: registry.contentType,
    metrics: async () => {
      const age = clock().getTime() - lookedAt
      if (age >= 0 && age < FRESHNESS) return text
      collectMetrics(registry, look())
      text = await registry.render()
      lookedAt = clock().getTime()
      return text
    },
    isAlive: () => {
      const last = passedAt() ?? startedAt
      return clock().getTime() - last.getTime() < LONGEST_SILENCE
    },
  })
  const isListening = await new Promise<boolean>((resolve) => {
    server.once('error', (error) => {
      log.error('no metrics', { address, port, reason: reasonOf(error) })
      resolve(false)
    })
    server.listen({ host: address, port }, () => resolve(true))
  })
  if (isListening) server.on('error', (error) => log.error('metrics', { reason: reasonOf(error) }))
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
