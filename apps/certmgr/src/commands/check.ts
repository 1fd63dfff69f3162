import { EasycertsError } from '@easycerts/shared/errors'
import { loadConfig } from '../config/index.ts'
import { findForeignUnits, loadSpecs } from '../specs/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

/** `certmgr check`: ERR_CONFIG_INVALID with every fault of the configuration and all specs. */
export const runCheck = async (
  { terminal }: CommandContext,
  options: GlobalOptions,
): Promise<number> => {
  const config = loadConfig({ root: options.root, file: options.config })
  const specs = loadSpecs(config.specs)
  const { certificates, trustBundles, faults } = specs
  const all = [...faults, ...findForeignUnits(specs, config)].flatMap((fault) => fault.split('\n'))
  const counts = { certificates: certificates.length, trustBundles: trustBundles.length }
  await terminal.result({ ...counts, specs: config.specs, faults: all }, () =>
    all.length === 0
      ? `${counts.certificates} certificates and ${counts.trustBundles} trust bundles in ${config.specs}: no fault`
      : all.join('\n'),
  )
  if (all.length === 0) return 0
  throw new EasycertsError('ERR_CONFIG_INVALID', `${all.length} faults in ${config.specs}`)
}
