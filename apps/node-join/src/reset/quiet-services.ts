import { isEasycertsError } from '@easycerts/shared/errors'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { existsOn, isRunningSystem, type Machine } from '../machine/index.ts'
import type { Removal } from './removal.ts'

/**
 * Stops the units, last started first, and keeps them from starting at the next boot; returns
 * warnings. A service that does not stop still uses its keys: ERR_ACTION_FAILED, unless forced.
 */
export const quietServices = async (
  machine: Machine,
  units: readonly string[],
  isForced: boolean,
): Promise<string[]> => {
  const { services } = machine
  const warnings: string[] = []
  const attempt = async (work: () => Promise<void>, mayFail: boolean): Promise<void> => {
    try {
      await work()
    } catch (error) {
      if (!isEasycertsError(error) || !mayFail) throw error
      warnings.push(error.message)
    }
  }
  const there = units.filter((unit) => existsOn(machine, `${NODE_PATHS.unitDirectory}/${unit}`))
  if (isRunningSystem(machine) && services.isPresent())
    for (const unit of there.toReversed()) await attempt(() => services.stop(unit), isForced)
  // An image may be prepared where there is no systemctl: its links lead to files that are gone.
  await attempt(() => services.disable(there), true)
  return warnings
}

/** Tells systemd that the files of its units are gone. */
export const forgetUnits = async (machine: Machine): Promise<void> => {
  const { services } = machine
  if (isRunningSystem(machine) && services.isPresent())
    await services.daemonReload().catch(() => undefined)
}

/** Gives the machine back the service that the join took the place of; returns warnings. */
export const reviveService = async (
  machine: Machine,
  { unit, isEnabled, isActive }: NonNullable<Removal['revived']>,
): Promise<string[]> => {
  const { services } = machine
  try {
    if (isEnabled) await services.enable([unit])
    if (isActive && isRunningSystem(machine) && services.isPresent()) await services.start(unit)
    return []
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    return [`${unit} of before does not start: ${error.message}`]
  }
}
