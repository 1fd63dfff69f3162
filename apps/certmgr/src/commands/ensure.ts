import { lockIdentity } from '@easycerts/adapters/identity-store'
import { createStop } from '@easycerts/adapters/lifecycle'
import { createLog } from '@easycerts/adapters/log'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { openContext, statusOf } from '../daemon/index.ts'
import { newMemory, openSession, recover, runPass } from '../pass/index.ts'
import { loadAllSpecs, requireGoodSpecs } from '../specs/index.ts'
import { readKnown, writeRenewRequests } from '../state/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { configOf, logSettingsOf } from './config-of.ts'
import { runStatus } from './status.ts'

/**
 * `certmgr ensure`: one pass, and 75 if something is not true after it. With the old certmgr's
 * configuration, actions wait for the daemon unless they are enabled, as they did there.
 * ERR_SERVER_RUNNING while the daemon runs, ERR_CONFIG_INVALID for a bad spec once the good are true.
 */
export const runEnsure = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<number> => {
  const { clock, logSink, uid, signals } = context
  const config = configOf(context, options)
  const log = createLog({ sink: logSink, clock, ...logSettingsOf(options, config) })
  const specs = loadAllSpecs(config)
  const stop = createStop()
  const interrupt = (): void =>
    stop.abort(new EasycertsError('ERR_ACTION_FAILED', 'the pass was interrupted'))
  signals.on('SIGINT', interrupt)
  signals.on('SIGTERM', interrupt)
  const lock = await lockIdentity(config.identity, clock).catch(explainDaemon)
  try {
    const certmgr = openContext(config, specs, {
      ...{ clock, log, signal: stop.signal, uid, environment: context.environment },
    })
    if (config.isJoinExpected) openSession(certmgr.store)
    await recover(certmgr)
    const memory = newMemory(clock(), readKnown(certmgr))
    const startedAt = clock()
    if (options.forceRegen === true)
      await writeRenewRequests(
        certmgr.paths.requests,
        specs.certificates.map(({ name }) => name),
      )
    const acts = config.isJoinExpected || options.enableActions === true
    const nextPassAt = await runPass(certmgr, memory, { acts })
    stop.signal.throwIfAborted()
    const code = await runStatus(context, options, {
      status: statusOf(certmgr, memory, { pid: context.pid, startedAt, nextPassAt }),
      specs,
      parser: memory.parser,
    })
    requireGoodSpecs(specs)
    return code
  } finally {
    await lock.release()
  }
}

const explainDaemon = (error: unknown): never => {
  if (isEasycertsError(error) && error.code === 'ERR_SERVER_RUNNING')
    throw new EasycertsError(error.code, error.message, {
      cause: error,
      hint: 'certmgr runs and keeps everything true; "certmgr renew" asks it to renew now',
    })
  throw error
}
