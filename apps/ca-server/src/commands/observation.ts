import type { Notifier } from '@easycerts/adapters/systemd'
import { createMetricRegistry } from '@easycerts/adapters/metrics'
import type { Logger } from 'pino'
import { readLastBackup } from '../backup/index.ts'
import type { Authority } from '../authority/index.ts'
import { type CaServerConfig, dataPaths } from '../config/index.ts'
import {
  createServerLedger,
  type HealthCheck,
  livenessCheck,
  lookAtHealth,
  serverChecks,
  type ServerLedger,
  startWatchdog,
} from '../health/index.ts'
import type { CommandContext } from './command-context.ts'
import {
  type ListenerObserver,
  type Listeners,
  type MonitoringListener,
  startMonitoring,
} from '../http/index.ts'
import type { MaintenanceOutcome } from '../maintenance/index.ts'
import {
  createGaugeCollector,
  createObservers,
  METRICS,
  type ServerMetrics,
} from '../metrics/index.ts'
import type { ServingCertificate } from '../serving/index.ts'
import type { CommitOutcome } from '../store/sqlite/index.ts'

/** What must be there before anything happens that is to be counted. */
export interface Observation {
  readonly ledger: ServerLedger
  readonly registry: ServerMetrics
  readonly listeners: ListenerObserver
  readonly onCommit: (outcome: CommitOutcome) => void
  readonly onMaintenance: (outcome: MaintenanceOutcome) => void
  /** Counts the acts of the CA from now on. */
  readonly observe: (authority: Authority) => void
}

export const createObservation = (): Observation => {
  const registry = createMetricRegistry(METRICS)
  const observers = createObservers(registry)
  const ledger = createServerLedger()
  return {
    ledger,
    registry,
    listeners: observers.listeners,
    onCommit: (outcome) => {
      ledger.onCommit(outcome)
      observers.onCommit(outcome)
    },
    onMaintenance: (outcome) => {
      ledger.onMaintenance(outcome)
      observers.onMaintenance(outcome)
    },
    observe: ({ events }) => events.listen(observers.authority),
  }
}

/** What a running server shows of itself. */
export interface MonitoredServer {
  readonly authority: Authority
  readonly config: CaServerConfig
  readonly serving: ServingCertificate
  readonly listeners: Pick<Listeners, 'connections'>
  readonly directory: string
  readonly context: Pick<CommandContext, 'environment' | 'monotonic'>
  readonly notifier: Notifier
  readonly log: Logger
}

export const checksOf = (
  { ledger }: Observation,
  { authority, serving, directory }: Pick<MonitoredServer, 'authority' | 'serving' | 'directory'>,
): HealthCheck[] => serverChecks({ authority, serving, ledger, directory })

/** The listener that Prometheus and health checks ask, and systemd's watchdog; returns their end. */
export const monitor = async (
  observation: Observation,
  server: MonitoredServer,
): Promise<{ readonly close: () => Promise<void> }> => {
  const { authority, context, notifier, log } = server
  const listener = await listenForMonitoring(observation, server)
  if (listener.fault !== undefined)
    log.error({ reason: listener.fault }, 'no metrics and no health checks over HTTP')
  const period = context.environment.watchdogPeriod
  const stopWatchdog = startWatchdog({ notifier, period, check: livenessCheck(authority) })
  return {
    close: async () => {
      stopWatchdog()
      await listener.close()
    },
  }
}

const listenForMonitoring = (
  observation: Observation,
  server: MonitoredServer,
): Promise<MonitoringListener> => {
  const { registry, ledger } = observation
  const { authority, config, directory, listeners, serving } = server
  const lastBackup = (): Date | undefined => {
    const last = readLastBackup(dataPaths(directory))
    return last && new Date(last.at)
  }
  const collect = createGaugeCollector(
    registry,
    { authority, serving, ledger, connections: listeners.connections, lastBackup },
    server.context.monotonic,
  )
  const readiness = checksOf(observation, server)
  return startMonitoring({
    config: config.monitoring,
    limits: config.limits,
    observer: observation.listeners,
    log: server.log,
    monitoring: {
      health: () => lookAtHealth([livenessCheck(authority)]),
      readiness: () => lookAtHealth(readiness),
      metrics: async () => {
        await collect()
        return registry.render()
      },
      metricsType: registry.contentType,
    },
  })
}
