import { findIdentityHolder } from '@easycerts/adapters/identity-store'
import { EasycertsError } from '@easycerts/shared/errors'
import { loadAllSpecs } from '../specs/index.ts'
import { readStatus, statePaths, writeRenewRequests } from '../state/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { configOf } from './config-of.ts'
import { runEnsure } from './ensure.ts'

/** `certmgr renew [NAME…]`: by the daemon if it runs, else here and now. ERR_USAGE for a name unknown. */
export const runRenew = async (
  context: CommandContext,
  options: GlobalOptions,
  names: readonly string[],
): Promise<number> => {
  const config = configOf(context, options)
  const known = loadAllSpecs(config).certificates.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new EasycertsError('ERR_USAGE', `there is no certificate "${unknown.slice(0, 80)}"`, {
      hint: `the specs name ${known.join(', ') || 'none'}`,
    })
  const paths = statePaths(config.state)
  const wanted = names.length === 0 ? known : names
  await writeRenewRequests(paths.requests, wanted)
  const holder = findIdentityHolder(config.identity)
  if (!holder) return runEnsure(context, options)
  // Whoever else holds the identity (a join) would die of the signal; certmgr looks after it anyway.
  if (readStatus(paths.status)?.pid === holder.pid) context.sendSignal(holder.pid, 'SIGUSR1')
  await context.terminal.result(
    { asked: wanted, pid: holder.pid },
    () => `Process ${holder.pid} was asked to renew ${wanted.join(', ')}; see certmgr status.`,
  )
  return 0
}
