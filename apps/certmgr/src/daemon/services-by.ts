import type { Log } from '@easycerts/adapters/log'
import { createServiceProgram, type ServiceProgramKind } from '@easycerts/adapters/service-manager'
import {
  createNoServiceManager,
  createSystemctl,
  type ServiceActions,
} from '@easycerts/adapters/systemd'
import type { CertmgrConfig } from '../config/index.ts'

interface ServiceParts {
  readonly log: Log
  readonly signal: AbortSignal
  /** That of the kind when left out. */
  readonly program?: readonly string[] | undefined
}

/** The service manager of a kind as this machine has it: one that does nothing where nothing may be done. */
export const servicesBy = (
  kind: 'systemd' | ServiceProgramKind,
  config: CertmgrConfig,
  { log, signal, program }: ServiceParts,
): ServiceActions => {
  const say = (text: string): void => log.info(text)
  const limits = { timeout: config.actionTimeout, signal }
  const none = createNoServiceManager(say)
  if (!config.actsOnThisSystem) return none
  if (kind !== 'systemd') return createServiceProgram(kind, { program, say, ...limits })
  const manager = createSystemctl({ argv: config.serviceManager.systemctl, ...limits })
  // Where systemd does not run, its own systemctl could only fail for ever.
  return config.usesOwnSystemctl || manager.isPresent() ? manager : none
}
