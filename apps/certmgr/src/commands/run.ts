import { lockIdentity } from '@easycerts/adapters/identity-store'
import { createStop, onTermination } from '@easycerts/adapters/lifecycle'
import { createLog, type Log } from '@easycerts/adapters/log'
import { createNotifier } from '@easycerts/adapters/systemd'
import { EasycertsError } from '@easycerts/shared/errors'
import { seconds } from '@easycerts/shared/time'
import type { CertmgrConfig } from '../config/index.ts'
import {
  createDaemon,
  createSleeper,
  createSpecWatch,
  type Daemon,
  logFaults,
  openContext,
  startWatchdog,
} from '../daemon/index.ts'
import { type Memory, newMemory, openSession } from '../pass/index.ts'
import { loadAllSpecs, requireSomeSpecs } from '../specs/index.ts'
import { readKnown } from '../state/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { configOf, logSettingsOf } from './config-of.ts'

/** Of a clean end: an action that is interrupted gets two seconds, everything else is short. */
const STOP_DEADLINE = seconds(20)

/** `certmgr run`: the daemon. ERR_SERVER_RUNNING for a second one, ERR_NOT_JOINED before the join. */
export const runDaemon = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<number> => {
  const { clock, logSink, signals, pid } = context
  const config = configOf(context, options)
  const log = createLog({ sink: logSink, clock, ...logSettingsOf(options, config) })
  const stop = createStop()
  let daemon: Daemon | undefined
  // Before the lock: whoever finds us by it may signal us.
  context.onSignal('SIGHUP', () => daemon?.reload())
  context.onSignal('SIGUSR1', () => daemon?.wake())
  const lock = await lockIdentity(config.identity, clock)
  try {
    const specs = loadAllSpecs(config)
    logFaults(log, specs)
    for (const warning of specs.warnings ?? []) log.warn('spec', { warning })
    if (options.requireSpecs === true) requireSomeSpecs(config, specs)
    const { uid } = context
    const certmgr = openContext(config, specs, {
      ...{ clock, log, signal: stop.signal, uid, environment: context.environment },
    })
    if (config.isJoinExpected) openSession(certmgr.store)
    const sleeper = createSleeper(clock)
    const notifier = createNotifier(context.notifySocket, { env: context.environment })
    const watchdog = startWatchdog(notifier, periodOf(context))
    const memory = newMemory(clock(), readKnown(certmgr))
    const specWatch = createSpecWatch({ onChange: sleeper.wake, log })
    daemon = createDaemon(certmgr, memory, { sleeper, notifier, watchdog, pid, specWatch })
    const stopMetrics = await serveMetrics(config, memory, { daemon, clock, log })
    // oxlint-disable-next-line typescript/no-misused-promises -- finally() waits for what it is given
    const ended = daemon.run().finally(stopMetrics)
    const release = onTermination(signals, {
      stop: async (signal) => {
        log.info('stopping', { signal })
        stop.abort(new EasycertsError('ERR_ACTION_FAILED', 'certmgr is stopping'))
        sleeper.wake()
        // oxlint-disable-next-line typescript/no-misused-promises -- finally() waits for what it is given
        await ended.finally(() => lock.release())
      },
      deadline: STOP_DEADLINE,
      exit: context.exit,
      onError: (error) => context.terminal.error(error),
    })
    log.info('running', {
      certificates: specs.certificates.length,
      trustBundles: specs.trustBundles.length,
    })
    await ended
    release()
    return 0
  } finally {
    await lock.release()
  }
}

interface Observed {
  readonly daemon: Daemon
  readonly clock: CommandContext['clock']
  readonly log: Log
}

/** Loaded only where somebody wants it: a registry of metrics costs memory on every node. */
const serveMetrics = async (
  { metrics }: CertmgrConfig,
  memory: Memory,
  { daemon, clock, log }: Observed,
): Promise<() => Promise<void>> => {
  if (!metrics) return () => Promise.resolve()
  const { tally, remotes } = memory
  const { startMetrics } = await import('../metrics/index.ts')
  return startMetrics({
    ...metrics,
    look: () => {
      const { context, report } = daemon.look()
      return {
        report,
        tally,
        files: context.specs.files,
        bundles: memory.trust,
        remotes,
        now: clock(),
      }
    },
    passedAt: () => tally.passedAt,
    clock,
    log,
  })
}

const periodOf = ({ watchdogMicroseconds }: CommandContext): number | undefined =>
  watchdogMicroseconds === undefined ? undefined : watchdogMicroseconds / 1000
