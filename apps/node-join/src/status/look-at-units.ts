import { basename, dirname } from 'node:path'
import { isEasycertsError } from '@easycerts/shared/errors'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { existsOn, isRunningSystem, type Machine } from '../machine/index.ts'
import type { Manifest } from '../manifest/index.ts'
import type { PlannedUnit } from '../plan/plan-stack.ts'
import type { UnitStatus } from './node-status.ts'

/** The units that join installed; none for a join without units. */
export const lookAtUnits = async (
  machine: Machine,
  units: readonly PlannedUnit[],
  { files }: Manifest,
): Promise<UnitStatus[]> => {
  const written = new Set(
    Object.keys(files)
      .filter((path) => dirname(path) === NODE_PATHS.unitDirectory)
      .map((path) => basename(path)),
  )
  const statuses: UnitStatus[] = []
  for (const { name, programs } of units.filter((unit) => written.has(unit.name)))
    statuses.push(await lookAtUnit(machine, name, programs))
  return statuses
}

const lookAtUnit = async (
  machine: Machine,
  unit: string,
  programs: readonly string[],
): Promise<UnitStatus> => {
  const { services } = machine
  const isRunning = isRunningSystem(machine) && services.isPresent()
  const missingProgram = programs.find((program) => !existsOn(machine, program))
  const isEnabled = await told(() => services.isEnabled(unit))
  const isActive = isRunning ? await told(() => services.isActive(unit)) : undefined
  return {
    unit,
    isInstalled: existsOn(machine, `${NODE_PATHS.unitDirectory}/${unit}`),
    ...(missingProgram === undefined ? {} : { missingProgram }),
    ...(isEnabled === undefined ? {} : { isEnabled }),
    ...(isActive === undefined ? {} : { isActive }),
  }
}

/** undefined on a machine without systemctl. */
const told = async (ask: () => Promise<boolean>): Promise<boolean | undefined> => {
  try {
    return await ask()
  } catch (error) {
    if (isEasycertsError(error)) return undefined
    throw error
  }
}
