import { failureFields } from '@easycerts/adapters/log'
import { loadConfig } from '../config/index.ts'
import type { CertmgrContext, Memory } from '../pass/index.ts'
import { loadAllSpecs } from '../specs/index.ts'
import { logFaults } from './log-faults.ts'
import { partsOf } from './open-context.ts'

/** What can fail beside the specs. */
const OWN_ATTEMPTS = new Set(['ca', 'identity', 'certmgr', 'service-account'])

/** Configuration and specs anew. What is bad now stays as it was, loudly; directories stay in any case. */
export const reloadContext = (context: CertmgrContext, memory: Memory): CertmgrContext => {
  const { log } = context
  const config = reloadConfig(context)
  const specs = loadAllSpecs(config, context.specs)
  logFaults(log, specs)
  const names = new Set(specs.files.map(({ spec }) => spec.name))
  for (const name of memory.attempts.keys())
    if (!names.has(name) && !OWN_ATTEMPTS.has(name)) memory.attempts.delete(name)
  log.info('configuration read again', {
    certificates: specs.certificates.length,
    trustBundles: specs.trustBundles.length,
    faults: specs.faults.length,
  })
  return { ...context, config, specs, ...partsOf(config, context) }
}

const reloadConfig = ({ config, log }: CertmgrContext): CertmgrContext['config'] => {
  try {
    const { root, file, environment } = config
    const next = loadConfig({ root, file, environment })
    if (next.identity !== config.identity || next.state !== config.state)
      log.warn('a change of the identity or state directory needs a restart of certmgr')
    return { ...next, identity: config.identity, state: config.state }
  } catch (error) {
    log.error('the configuration is invalid: the old one stays', failureFields(error))
    return config
  }
}
