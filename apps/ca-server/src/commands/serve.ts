import { onTermination } from '@easycerts/adapters/lifecycle'
import { createNotifier } from '@easycerts/adapters/systemd'
import { EasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import pino, { type Logger } from 'pino'
import { dataPaths } from '../config/index.ts'
import { lookAtHealth } from '../health/index.ts'
import { startListeners } from '../http/index.ts'
import {
  answerExpiry,
  clockWatch,
  crlPublication,
  retention,
  runMaintenance,
  scheduledBackup,
} from '../maintenance/index.ts'
import { openPublication } from '../publication/index.ts'
import { openServingCertificate, servingRenewal } from '../serving/index.ts'
import type { ProtectionOptions } from './choose-protection.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { createStop, type Stop } from './create-stop.ts'
import { type HangUp, reloadOnHangUp, watchHangUp } from './hang-up.ts'
import { logOfEvents } from './log-of-events.ts'
import { checksOf, createObservation, monitor, type Observation } from './observation.ts'
import { type OpenedAuthority, openAuthority } from './open-authority.ts'
import { createRunningConfiguration } from './reload-configuration.ts'
import { tellOfClock } from './tell-of-clock.ts'

export interface ServeOptions extends GlobalOptions, ProtectionOptions {
  readonly logLevel: string
}

const DRAIN_DEADLINE = seconds(15)

/** `ca-server serve`: until a signal ends it. */
export const runServe = async (context: CommandContext, options: ServeOptions): Promise<void> => {
  const log = pino(
    { level: options.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  )
  const hangUp = watchHangUp(context)
  const observation = createObservation()
  const stop = createStop()
  let hasDiskFailed = false
  const opened = await openAuthority(
    context,
    dataPaths(options.dataDirectory),
    options,
    (outcome) => {
      observation.onCommit(outcome)
      hasDiskFailed ||= outcome.hasDiskFailed
      if (hasDiskFailed) stop.stop()
    },
  )
  observation.observe(opened.authority)
  opened.authority.events.listen(logOfEvents(log))
  const ended = serveUntil(stop, context, opened, {
    log,
    directory: options.dataDirectory,
    observation,
    hangUp,
  }).finally(opened.close)
  const unwatch = onTermination(context.signals, {
    stop: () => {
      observation.ledger.beginDraining()
      stop.stop()
      return ended
    },
    deadline: DRAIN_DEADLINE,
    exit: context.exit,
    onError: context.terminal.error,
  })
  // An end on a broken disk fails as well, at whatever it writes last.
  await ended.finally(unwatch).catch((error: unknown) => {
    if (!hasDiskFailed) throw error
  })
  if (hasDiskFailed)
    throw new EasycertsError('ERR_STORE_UNAVAILABLE', 'the disk failed under the database', {
      hint: 'look at the disk (dmesg), then start again: see docs/recovery.md',
    })
}

interface Serving {
  readonly log: Logger
  readonly directory: string
  readonly observation: Observation
  readonly hangUp: HangUp
}

const serveUntil = async (
  stop: Stop,
  context: CommandContext,
  { authority, config, abandoned }: OpenedAuthority,
  { log, directory, observation, hangUp }: Serving,
): Promise<void> => {
  for (const { issuerId, serialNumber, subject } of abandoned)
    log.warn(
      { issuer: issuerId, serialNumber, subject },
      'a crash cut the issuance of this certificate short',
    )
  const notifier = createNotifier(context.environment.notifySocket)
  const serving = await openServingCertificate(authority)
  const publication = await openPublication(authority, config.revocation)
  // Fastify's own notes on every start are not news.
  const quietLog = log.child({}, { level: log.isLevelEnabled('debug') ? 'debug' : 'warn' })
  const paths = dataPaths(directory)
  const configuration = createRunningConfiguration({
    authority,
    config,
    file: paths.config,
    log,
    apply: ({ limits }) => listeners.setLimits(limits),
  })
  const listeners = await startListeners({
    authority,
    serving,
    configuration,
    publication,
    log: quietLog,
    listen: config.listen,
    limits: config.limits,
    observer: observation.listeners,
    health: () => lookAtHealth(checksOf(observation, { authority, serving, directory })),
    socketPath: paths.operatorSocket,
    operator: context.userName,
  })
  const monitoring = await monitor(observation, {
    ...{ authority, config, serving, listeners, directory },
    ...{ context, notifier },
    log: quietLog,
  })
  try {
    log.info({ join: config.joinEndpoints, node: config.nodeEndpoints }, 'serving')
    const readiness = `serving cluster ${config.cluster.name}`
    await notifier.ready(readiness)
    hangUp.listen(reloadOnHangUp({ configuration, notifier, log, readiness }))
    await runMaintenance({
      tasks: [
        clockWatch(authority, context.monotonic, tellOfClock(log, notifier, readiness)),
        crlPublication(publication.crls),
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
  } finally {
    observation.ledger.beginDraining()
    await notifier.stopping()
    await listeners.close()
    await monitoring.close()
    log.info('stopped')
  }
}
