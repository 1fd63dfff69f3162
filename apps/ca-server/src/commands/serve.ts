import { onTermination } from '@easycerts/adapters/lifecycle'
import { createNotifier } from '@easycerts/adapters/systemd'
import { seconds } from '@easycerts/shared/time'
import pino, { type Logger } from 'pino'
import { dataPaths } from '../config/index.ts'
import { startListeners } from '../http/index.ts'
import { runMaintenance } from '../maintenance/index.ts'
import { openServingCertificate, servingRenewal } from '../serving/index.ts'
import type { ProtectionOptions } from './choose-protection.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { createStop, type Stop } from './create-stop.ts'
import { type OpenedAuthority, openAuthority } from './open-authority.ts'

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
  const opened = await openAuthority(context, dataPaths(options.dataDirectory), options)
  const stop = createStop()
  const ended = serveUntil(stop, context, opened, {
    log,
    directory: options.dataDirectory,
  }).finally(opened.close)
  const unwatch = onTermination(context.signals, {
    stop: () => {
      stop.stop()
      return ended
    },
    deadline: DRAIN_DEADLINE,
    exit: context.exit,
    onError: context.terminal.error,
  })
  await ended.finally(unwatch)
}

const serveUntil = async (
  stop: Stop,
  context: CommandContext,
  { authority, config, abandoned }: OpenedAuthority,
  { log, directory }: { readonly log: Logger; readonly directory: string },
): Promise<void> => {
  for (const { issuerId, serialNumber, subject } of abandoned)
    log.warn(
      { issuer: issuerId, serialNumber, subject },
      'a crash cut the issuance of this certificate short',
    )
  const notifier = createNotifier(context.environment.notifySocket)
  const serving = await openServingCertificate(authority)
  const listeners = await startListeners({
    authority,
    serving,
    // Fastify's own notes on every start are not news.
    log: log.child({}, { level: log.isLevelEnabled('debug') ? 'debug' : 'warn' }),
    listen: config.listen,
    socketPath: dataPaths(directory).operatorSocket,
    operator: context.userName,
  })
  try {
    log.info({ join: config.joinEndpoints, node: config.nodeEndpoints }, 'serving')
    await notifier.ready(`serving cluster ${config.cluster.name}`)
    await runMaintenance({
      tasks: [
        servingRenewal(serving, ({ credentials, certificate }) => {
          listeners.setCredentials(credentials)
          const { notAfter } = certificate.validity
          log.info({ notAfter }, 'renewed the certificate of this server')
        }),
      ],
      clock: context.clock,
      sleep: stop.sleep,
      isStopped: stop.isStopped,
      onOutcome: ({ task, failure }) => {
        if (failure !== undefined)
          log.error({ task, reason: failure }, 'a task failed; it is retried')
      },
    })
    await notifier.stopping()
  } finally {
    await listeners.close()
    log.info('stopped')
  }
}
