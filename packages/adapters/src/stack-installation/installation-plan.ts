import { basename, dirname } from 'node:path'
import {
  digestOf,
  type FileState,
  type FileWrite,
  loadOwnerIds,
  readFileStateIfAny,
  sameAsOnDisk,
} from '../files/index.ts'
import type { DesiredFile, DesiredStack } from './desired-stack.ts'
import { loadRecords, type NumberedRecord } from './installation-record.ts'
import { pathOn, refuseOutside, type TargetMachine, UNIT_DIRECTORY } from './target-machine.ts'
import { isEnabledBy, readUnitLinks } from './unit-links.ts'

export interface PlannedChange {
  readonly path: string
  readonly action: 'create' | 'replace' | 'remove' | 'keep'
  /** Somebody wrote it anew after the installation that wrote it last. */
  readonly isForeign: boolean
  /** What is there now. */
  readonly before: FileState | undefined
  /** What is to be there; undefined for a file that goes. */
  readonly after: DesiredFile | undefined
}

export interface InstallationPlan {
  readonly changes: readonly PlannedChange[]
  /** Units to enable, and those of the last installation that the stack has no more. */
  readonly enable: readonly string[]
  readonly disable: readonly string[]
  /** Of every installation that was not undone, oldest first. */
  readonly records: readonly NumberedRecord[]
}

/** Reads alone: what an installation would do now. ERR_FILE_UNSAFE for a link in a file's place. */
export const planInstallation = (machine: TargetMachine, stack: DesiredStack): InstallationPlan => {
  const records = loadRecords(machine)
  const stale = staleFiles(records.at(-1), stack)
  const changes = [
    ...stack.files.map((file) => changeOf(machine, records, file)),
    ...stale.flatMap((path) => removalOf(machine, records, path)),
  ]
  const gone = (records.at(-1)?.units ?? []).filter((unit) => !stack.units.includes(unit))
  const links = readUnitLinks(machine, [...stack.units, ...gone])
  return {
    changes,
    enable: stack.units.filter((unit) => !isEnabledBy(links, unit)),
    disable: gone.filter((unit) => isEnabledBy(links, unit)),
    records,
  }
}

export const isNothing = ({ changes, enable, disable }: InstallationPlan): boolean =>
  changes.every(({ action }) => action === 'keep') && enable.length + disable.length === 0

/** With owner and group, at the place where this process sees it. */
export const writeOf = (machine: TargetMachine, file: DesiredFile): FileWrite => ({
  path: pathOn(machine, file.path),
  content: file.content,
  mode: file.mode,
  owner: file.owner ?? 'root',
  group: file.owner ?? 'root',
})

const changeOf = (
  machine: TargetMachine,
  records: readonly NumberedRecord[],
  file: DesiredFile,
): PlannedChange => {
  refuseOutside(machine, file.path)
  const before = readFileStateIfAny(pathOn(machine, file.path))
  const isSame = before !== undefined && isInPlace(machine, file)
  const action = before === undefined ? 'create' : isSame ? 'keep' : 'replace'
  const isForeign = action === 'replace' && isChanged(records, file.path, before)
  return { path: file.path, action, isForeign, before, after: file }
}

const removalOf = (
  machine: TargetMachine,
  records: readonly NumberedRecord[],
  path: string,
): PlannedChange[] => {
  const before = readFileStateIfAny(pathOn(machine, path))
  if (before === undefined) return []
  const isForeign = isChanged(records, path, before)
  return [{ path, action: 'remove', isForeign, before, after: undefined }]
}

/** A user that is not there yet owns nothing. */
const isInPlace = (machine: TargetMachine, file: DesiredFile): boolean => {
  try {
    const ids = loadOwnerIds(machine.root, machine.effectiveUid)
    return sameAsOnDisk(writeOf(machine, file), ids)
  } catch {
    return false
  }
}

/** Whether it is no more what the last installation that has to do with it left there. */
const isChanged = (
  records: readonly NumberedRecord[],
  path: string,
  before: FileState | undefined,
): boolean => {
  const last = records
    .toReversed()
    .flatMap(({ files }) => files.find((file) => file.path === path) ?? [])
    .at(0)
  if (last?.written === undefined || last.written === null) return false
  return before === undefined || digestOf(before.bytes) !== last.written
}

const staleFiles = (last: NumberedRecord | undefined, { files }: DesiredStack): string[] => {
  const wanted = new Set(files.map(({ path }) => path))
  return (last?.files ?? [])
    .filter(({ path, written }) => written !== null && !wanted.has(path))
    .map(({ path }) => path)
}

/** Names of the unit files that stand under a path of the stack, enabled or not. */
export const unitsIn = (paths: readonly string[]): string[] =>
  paths.filter((path) => dirname(path) === UNIT_DIRECTORY).map((path) => basename(path))
