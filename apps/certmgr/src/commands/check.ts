import { EasycertsError } from '@easycerts/shared/errors'
import { findForeignUnits, loadAllSpecs } from '../specs/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { configOf } from './config-of.ts'

/** `certmgr check`: ERR_CONFIG_INVALID with every fault of the configuration and all specs. */
export const runCheck = async (
  context: CommandContext,
  options: GlobalOptions,
): Promise<number> => {
  const { terminal } = context
  const config = configOf(context, options)
  const specs = loadAllSpecs(config)
  const { certificates, trustBundles, faults, warnings = [] } = specs
  const all = [...faults, ...findForeignUnits(specs, config)].flatMap((fault) => fault.split('\n'))
  const counts = { certificates: certificates.length, trustBundles: trustBundles.length }
  for (const warning of [...(config.legacy?.warnings ?? []), ...warnings]) terminal.warning(warning)
  await terminal.result({ ...counts, specs: config.specs, faults: all }, () =>
    all.length === 0
      ? `${counts.certificates} certificates and ${counts.trustBundles} trust bundles in ${config.specs}: no fault`
      : all.join('\n'),
  )
  if (all.length === 0) return 0
  throw new EasycertsError('ERR_CONFIG_INVALID', `${all.length} faults in ${config.specs}`)
}
