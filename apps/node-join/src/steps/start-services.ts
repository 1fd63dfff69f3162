import { isEasycertsError } from '@easycerts/shared/errors'
import { existsOn, isRunningSystem, type Machine, type Outcome } from '../machine/index.ts'
import { planServices, type ServiceStep } from '../plan/plan-services.ts'
import type { PlannedUnit } from '../plan/plan-stack.ts'

export interface StartedServices {
  readonly started: readonly string[]
  readonly restarted: readonly string[]
  readonly skipped: readonly { readonly unit: string; readonly reason: string }[]
  readonly failed: readonly { readonly unit: string; readonly reason: string }[]
}

export const NO_SERVICES: StartedServices = { started: [], restarted: [], skipped: [], failed: [] }

/** Starts what can start, and restarts what must read its files again; one that fails stops no other. */
export const startServices = async (
  machine: Machine,
  units: readonly PlannedUnit[],
  affected: ReadonlySet<string>,
): Promise<Outcome<StartedServices>> => {
  const why = reasonNotToStart(machine)
  if (why !== undefined) return { value: NO_SERVICES, done: `nothing started: ${why}` }
  const isInstalled = (program: string) => existsOn(machine, program)
  let value = NO_SERVICES
  for (const step of planServices({ units, affected, isInstalled }))
    value = await take(machine, step, value)
  return { value, done: describe(value) }
}

/** Undefined if it may. */
export const reasonNotToStart = (machine: Machine): string | undefined => {
  if (!isRunningSystem(machine)) return `${machine.root} is not the running system`
  return machine.services.isPresent() ? undefined : 'systemd does not run here'
}

const take = async (
  { services }: Machine,
  step: ServiceStep,
  so: StartedServices,
): Promise<StartedServices> => {
  const { unit } = step
  if (step.action === 'skip')
    return { ...so, skipped: [...so.skipped, { unit, reason: step.reason }] }
  try {
    if (step.action === 'start') await services.start(unit)
    else await services.restart(unit, { onlyIfRunning: false })
    return step.action === 'start'
      ? { ...so, started: [...so.started, unit] }
      : { ...so, restarted: [...so.restarted, unit] }
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    return { ...so, failed: [...so.failed, { unit, reason: error.message }] }
  }
}

const describe = ({ started, restarted, skipped, failed }: StartedServices): string =>
  [
    `${started.length} services running`,
    `${restarted.length} restarted`,
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ].join(', ')
