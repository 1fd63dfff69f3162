import { onTermination } from '@easycerts/adapters/lifecycle'
import { createNotifier } from '@easycerts/adapters/systemd'
import { EasycertsError, hideSecrets, reasonOf } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import pino, { type Logger } from 'pino'
import { type Authority, keepTrust } from '../authority/index.ts'
import { dataPaths } from '../config/index.ts'
import { lookAtHealth } from '../health/index.ts'
import { type Listeners, startListeners } from '../http/index.ts'
import { openPublication } from '../publication/index.ts'
import { openServingCertificate } from '../serving/index.ts'
import type { ProtectionOptions } from './choose-protection.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { createStop, type Stop } from './create-stop.ts'
import { type HangUp, reloadOnHangUp, watchHangUp } from './hang-up.ts'
import { logOfEvents } from './log-of-events.ts'
import { keepInOrder } from './keep-in-order.ts'
import { checksOf, createObservation, monitor, type Observation } from './observation.ts'
import { type OpenedAuthority, openAuthority } from './open-authority.ts'
import { createRunningConfiguration } from './reload-configuration.ts'
import type { LegacyFlags } from './legacy-by-flags.ts'
import type { DoorKeeper } from './keep-legacy-door.ts'
import { legacyDoorDesk } from './legacy-door-desk.ts'
import { openLegacyDoor } from './open-legacy-door.ts'
import { tellOfClock } from './tell-of-clock.ts'

export interface ServeOptions extends GlobalOptions, ProtectionOptions, LegacyFlags {
  readonly logLevel: string
}

const DRAIN_DEADLINE = seconds(15)

/** `ca-server serve`: until a signal ends it. */
export const runServe = async (context: CommandContext, options: ServeOptions): Promise<void> => {
  const log = pino(
    {
      level: options.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      hooks: { streamWrite: hideSecrets },
    },
    pino.destination({ dest: 2, sync: true }),
  )
  const hangUp = watchHangUp(context)
  const observation = createObservation()
  const stop = createStop()
  const disk = { hasFailed: false }
  const opened = await openAuthority(
    context,
    dataPaths(options.dataDirectory),
    options,
    (outcome) => {
      observation.onCommit(outcome)
      disk.hasFailed ||= outcome.hasDiskFailed
      if (disk.hasFailed) stop.stop()
    },
  )
  observation.observe(opened.authority)
  opened.authority.events.listen(logOfEvents(log))
  const ended = serveUntil(stop, context, opened, {
    log,
    directory: options.dataDirectory,
    legacyFlags: options,
    observation,
    hangUp,
    // oxlint-disable-next-line typescript/no-misused-promises -- finally() waits for what it is given
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
    if (!disk.hasFailed) throw error
  })
  if (disk.hasFailed)
    throw new EasycertsError('ERR_STORE_UNAVAILABLE', 'the disk failed under the database', {
      hint: 'look at the disk (dmesg), then start again: see docs/recovery.md',
    })
}

interface Serving {
  readonly log: Logger
  readonly legacyFlags: LegacyFlags
  readonly directory: string
  readonly observation: Observation
  readonly hangUp: HangUp
}

const serveUntil = async (
  stop: Stop,
  context: CommandContext,
  { authority, config, abandoned }: OpenedAuthority,
  { log, directory, observation, hangUp, legacyFlags }: Serving,
): Promise<void> => {
  tellOfAbandoned(log, abandoned)
  const notifier = createNotifier(context.environment.notifySocket)
  const serving = await openServingCertificate(authority)
  await beginTrust(authority, log)
  const publication = await openPublication(authority, config.revocation)
  // Fastify's own notes on every start are not news.
  const quietLog = log.level === 'info' ? log.child({}, { level: 'warn' }) : log
  const paths = dataPaths(directory)
  const configuration = createRunningConfiguration({
    authority,
    config,
    file: paths.config,
    log,
    apply: ({ limits }) => listeners.setLimits(limits),
  })
  // Operators may ask before it stands.
  const hall: { door: DoorKeeper | undefined } = { door: undefined }
  const listeners = await startListeners({
    ...{ authority, serving, configuration, publication },
    legacyDoor: legacyDoorDesk(authority, config.legacy, () => hall.door),
    log: quietLog,
    listen: config.listen,
    limits: config.limits,
    observer: observation.listeners,
    health: () => lookAtHealth(checksOf(observation, { authority, serving, directory })),
    socketPath: paths.operatorSocket,
    operator: context.userName,
  })
  hall.door = await openDoorOrClose(listeners, {
    ...{ context, authority, config, publication, log, quietLog, shared: listeners },
    ...{ observer: observation.listeners, flags: legacyFlags },
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
    await keepInOrder({
      ...{ authority, config, paths, serving, publication, listeners, observation },
      door: hall.door,
      ...{ context, stop, log, onClock: tellOfClock(log, notifier, readiness) },
    })
  } finally {
    observation.ledger.beginDraining()
    await notifier.stopping()
    await hall.door?.shut()
    await listeners.close()
    await monitoring.close()
    log.info('stopped')
  }
}

/** A door that cannot be opened ends the start, and what has been opened before it. */
const openDoorOrClose = async (
  listeners: Listeners,
  wish: Parameters<typeof openLegacyDoor>[0],
): Promise<DoorKeeper | undefined> => {
  try {
    return await openLegacyDoor(wish)
  } catch (error) {
    await listeners.close()
    throw error
  }
}

/** Before anybody can ask for it. What is in the way shows in the task's outcome, which tries again. */
const beginTrust = async (authority: Authority, log: Logger): Promise<void> => {
  try {
    const { version } = await keepTrust(authority)
    log.info({ version }, 'trust document')
  } catch (error) {
    log.error({ reason: reasonOf(error) }, 'the trust document stays as it is')
  }
}

const tellOfAbandoned = (log: Logger, abandoned: OpenedAuthority['abandoned']): void => {
  for (const { issuerId, serialNumber, subject } of abandoned)
    log.warn(
      { issuer: issuerId, serialNumber, subject },
      'a crash cut the issuance of this certificate short',
    )
}
