import type { ClockDecision } from '@easycerts/shared/time'
import type { Logger } from 'pino'
import type { Authority } from '../authority/index.ts'
import type { CaServerConfig, DataPaths } from '../config/index.ts'
import type { Listeners } from '../http/index.ts'
import {
  answerExpiry,
  clockWatch,
  crlPublication,
  retention,
  runMaintenance,
  scheduledBackup,
  trustKeeping,
} from '../maintenance/index.ts'
import type { Publication } from '../publication/index.ts'
import { type ServingCertificate, servingRenewal } from '../serving/index.ts'
import type { CommandContext } from './command-context.ts'
import type { Stop } from './create-stop.ts'
import type { DoorKeeper } from './keep-legacy-door.ts'
import type { Observation } from './observation.ts'

/** What a running server keeps in order by itself. */
export interface KeptServer {
  readonly authority: Authority
  readonly config: CaServerConfig
  readonly paths: DataPaths
  readonly serving: ServingCertificate
  readonly publication: Publication
  readonly listeners: Pick<Listeners, 'setCredentials'>
  readonly door: Pick<DoorKeeper, 'tasks'> | undefined
  readonly observation: Pick<Observation, 'onMaintenance'>
  readonly context: CommandContext
  readonly stop: Stop
  readonly log: Logger
  readonly onClock: (decision: ClockDecision) => void
}

/** Everything that the server does from time to time, until it is stopped. */
export const keepInOrder = (server: KeptServer): Promise<void> => {
  const { authority, config, paths, serving, publication, listeners, observation } = server
  const { context, stop, log, onClock } = server
  return runMaintenance({
    tasks: [
      clockWatch(authority, context.monotonic, onClock),
      crlPublication(publication.crls),
      trustKeeping(authority),
      answerExpiry(authority),
      retention({ authority, settings: config.retention, ...context, ...stop }),
      ...scheduledBackup({
        ...{ paths, settings: config.backup, cluster: config.cluster.name },
        ...{ ...context, ...stop },
      }),
      servingRenewal(serving, ({ credentials, certificate }) => {
        listeners.setCredentials(credentials)
        const { notAfter } = certificate.validity
        log.info({ notAfter }, 'renewed the certificate of this server')
      }),
      ...(server.door?.tasks ?? []),
    ],
    clock: context.clock,
    sleep: stop.sleep,
    isStopped: stop.isStopped,
    onOutcome: (outcome) => {
      observation.onMaintenance(outcome)
      const { task, failure } = outcome
      if (failure !== undefined)
        log.error({ task, reason: failure }, 'a task failed; it is retried')
    },
  })
}
