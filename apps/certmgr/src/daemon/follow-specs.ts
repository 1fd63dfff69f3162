import type { CertmgrContext, Memory } from '../pass/index.ts'
import { changesOfSpecs, loadAllSpecs } from '../specs/index.ts'
import { logFaults } from './log-faults.ts'

/** The specs as they are now, without a word if nothing has changed. What is new or mended is tried at once. */
export const followSpecs = (context: CertmgrContext, memory: Memory): CertmgrContext => {
  const { log, config } = context
  const specs = loadAllSpecs(config, context.specs)
  const changes = changesOfSpecs(context.specs, specs)
  if (!changes) return context
  const { added, changed, removed, newFaults } = changes
  logFaults(log, { faults: newFaults })
  for (const name of [...added, ...changed, ...removed]) memory.attempts.delete(name)
  log.info('specs changed', {
    added: named(added),
    changed: named(changed),
    removed: named(removed),
    faults: specs.faults.length,
  })
  return { ...context, specs }
}

const named = (names: readonly string[]): string | undefined => names.join(', ') || undefined
