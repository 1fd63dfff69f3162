import { dirname } from 'node:path'
import { ensureDirectory, removeFileDurably } from '@easycerts/adapters/files'
import { isEasycertsError } from '@easycerts/shared/errors'
import { NODE_PATHS, PKI, REJOIN_MARK } from '@easycerts/shared/layout'
import { existsOn, isRunningSystem, type Machine, type Outcome, pathOn } from '../machine/index.ts'
import { noteInManifest } from '../manifest/index.ts'
import type { StackPlan } from '../plan/plan-stack.ts'
import { type Place, publish } from './publish.ts'

export interface InstalledUnits {
  readonly changed: readonly string[]
  readonly warnings: readonly string[]
}

/** Writes units and configuration, and enables the units for the next boot. */
export const installUnits = async (
  place: Place,
  stack: StackPlan,
): Promise<Outcome<InstalledUnits>> => {
  const { machine } = place
  await ensureWritten(machine)
  const changed = await publish(place, 'units', stack.files)
  await removeFileDurably(pathOn(machine, `${NODE_PATHS.certmgrState}/${REJOIN_MARK}`))
  const warnings = await enable(machine, stack)
  const enabled = warnings.length === 0 ? 'enabled' : 'not enabled'
  return {
    value: { changed, warnings: [...stack.warnings, ...warnings] },
    done: `units of the role are there: ${stack.units.length}, ${enabled}; ${changed.length} files changed`,
  }
}

/** The unit of certmgr names it, and does not start without it; an adopted node may have no such place. */
const ensureWritten = async (machine: Machine): Promise<void> => {
  const directory = dirname(PKI)
  if (existsOn(machine, directory)) return
  await noteInManifest(machine, [], [directory])
  await ensureDirectory(pathOn(machine, directory), 0o755)
}

/** A machine without systemctl gets its units all the same; that they wait is said. */
const enable = async (machine: Machine, { units }: StackPlan): Promise<string[]> => {
  const { services } = machine
  try {
    if (isRunningSystem(machine) && services.isPresent()) await services.daemonReload()
    await services.enable(units.map(({ name }) => name))
    return []
  } catch (error) {
    if (!isEasycertsError(error)) throw error
    return [`units are not enabled: ${error.message}`]
  }
}
