import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { mkdir, symlink, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { reasonOf, wrapError } from '@easycerts/shared/errors'
import { syncDirectory } from '../files/index.ts'
import { pathOn, type TargetMachine, UNIT_DIRECTORY } from './target-machine.ts'

/** A link by which a unit is enabled, wanted or known under another name. */
export interface UnitLink {
  readonly path: string
  readonly target: string
}

const DEPENDENCIES = /\.(wants|requires|upholds)$/

/** All that is known of these units by links; nothing else says whether a unit is enabled. */
export const readUnitLinks = (machine: TargetMachine, units: readonly string[]): UnitLink[] => {
  return [UNIT_DIRECTORY, ...linkDirectories(machine)]
    .flatMap((directory) =>
      entriesIn(machine, directory).map((name) => linkAt(machine, join(directory, name))),
    )
    .filter((link) => link !== undefined)
    .filter(({ path, target }) => [path, target].some((end) => units.includes(basename(end))))
}

/** Where a unit that wants others has links to them. */
export const linkDirectories = (machine: TargetMachine): string[] =>
  entriesIn(machine, UNIT_DIRECTORY)
    .filter((name) => DEPENDENCIES.test(name))
    .map((name) => join(UNIT_DIRECTORY, name))

export const isEnabledBy = (links: readonly UnitLink[], unit: string): boolean =>
  links.some(({ target }) => basename(target) === unit)

/** Makes the links of these units what they were; from wherever it was stopped. ERR_FILE_NOT_WRITABLE. */
export const restoreUnitLinks = async (
  machine: TargetMachine,
  units: readonly string[],
  before: readonly UnitLink[],
): Promise<void> => {
  const isWanted = (link: UnitLink): boolean =>
    before.some(({ path, target }) => path === link.path && target === link.target)
  const now = readUnitLinks(machine, units)
  try {
    for (const link of now.filter((each) => !isWanted(each))) await remove(machine, link)
    const kept = new Set(now.filter(isWanted).map(({ path }) => path))
    for (const link of before.filter(({ path }) => !kept.has(path))) await create(machine, link)
  } catch (error) {
    throw wrapError('ERR_FILE_NOT_WRITABLE', `cannot put back the links of units`, error)
  }
}

const remove = async (machine: TargetMachine, { path }: UnitLink): Promise<void> => {
  await unlink(pathOn(machine, path))
  await syncDirectory(pathOn(machine, dirname(path)))
}

const create = async (machine: TargetMachine, { path, target }: UnitLink): Promise<void> => {
  const directory = pathOn(machine, dirname(path))
  await mkdir(directory, { recursive: true })
  await symlink(target, pathOn(machine, path))
  await syncDirectory(directory)
}

const entriesIn = (machine: TargetMachine, directory: string): string[] => {
  try {
    return readdirSync(pathOn(machine, directory))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(reasonOf(error))) return []
    throw wrapError('ERR_FILE_UNREADABLE', `cannot read ${directory}`, error)
  }
}

const linkAt = (machine: TargetMachine, path: string): UnitLink | undefined => {
  const real = pathOn(machine, path)
  return lstatSync(real, { throwIfNoEntry: false })?.isSymbolicLink() === true
    ? { path, target: readlinkSync(real) }
    : undefined
}
