import { accessSync, constants, lstatSync } from 'node:fs'
import { NODE_PATHS } from '@easycerts/shared/layout'
import { existsOn, type Machine, pathOn } from '../machine/index.ts'
import type { PlannedUnit } from '../plan/plan-stack.ts'
import { actionsOf } from './adopted-spec.ts'
import type { Adoption } from './adoption.ts'
import { loadAdoptionRecord } from './adoption-record.ts'
import { CERTMGR } from './old-daemon.ts'

/** Old units that must read a certificate anew because the join has replaced it. */
export const adoptedUnits = (
  machine: Machine,
  adoption: Adoption | undefined,
  changed: readonly string[],
): PlannedUnit[] => {
  if (!adoption) return []
  // By a run that was cut short, perhaps.
  const replaced = (loadAdoptionRecord(machine)?.before ?? []).map(({ path }) => path)
  const paths = new Set([...changed, ...replaced])
  const names = adoption.certificates
    .filter(({ row }) => paths.has(row.certificate))
    .flatMap(({ spec }) => actionsOf(spec.action))
    .flatMap((action) => ('restart' in action ? [action.restart] : []))
  return [...new Set(names)].map((name) => ({ name, programs: [], configuration: [] }))
}

/**
 * Why the old daemon stays, in words: NixOS makes all units itself, and a daemon of ours that cannot
 * start would leave nobody to renew.
 */
export const obstacleToUnits = (
  machine: Machine,
  units: readonly PlannedUnit[],
): string | undefined => {
  const missing = units
    .flatMap(({ programs }) => programs)
    .find((program) => !existsOn(machine, program))
  if (missing !== undefined)
    return `${missing} is not installed: the old daemon goes on until it is, and node-join runs again`
  const { unitDirectory } = NODE_PATHS
  const unit = `${unitDirectory}/${CERTMGR}`
  const isLink =
    lstatSync(pathOn(machine, unit), { throwIfNoEntry: false })?.isSymbolicLink() === true
  if (!isLink && (!existsOn(machine, unitDirectory) || isWritable(pathOn(machine, unitDirectory))))
    return undefined
  return `${unit} is not ours to replace: the old daemon goes on until the system's own configuration has "certmgr run" in its place`
}

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
