import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { chooseSpecs } from './choose-specs.ts'
import { type LoadedSpecs, specsOf } from './loaded-specs.ts'
import { readSpec } from './read-spec.ts'

/** Of a file that is read as a spec. */
export const isSpecName = (name: string): boolean => /^[^.].*\.ya?ml$/.test(name)

/**
 * Every spec of a directory. A bad one never stops the others, and one that was good at the last
 * reading stays as it was then; so do all of a directory that cannot be read.
 */
export const loadSpecs = (directory: string, before?: LoadedSpecs): LoadedSpecs => {
  const names = namesIn(directory)
  if (!Array.isArray(names))
    return specsOf(before?.readings ?? [], before?.files ?? [], [names.fault])
  const known = new Map(before?.readings.map((reading) => [reading.file, reading]))
  const readings = names.map((name) => {
    const file = join(directory, name)
    return readSpec(file, known.get(file))
  })
  const { files, faults } = chooseSpecs(readings, before?.files ?? [])
  return specsOf(readings, files, faults)
}

/** ERR_CONFIG_INVALID with every fault of a directory at once. */
export const requireGoodSpecs = ({ faults }: LoadedSpecs): void => {
  if (faults.length > 0) throw new EasycertsError('ERR_CONFIG_INVALID', faults.join('\n'))
}

const namesIn = (directory: string): string[] | { readonly fault: string } => {
  try {
    return readdirSync(directory).filter(isSpecName).toSorted()
  } catch (error) {
    return { fault: `${directory}: cannot be read (${reasonOf(error)})` }
  }
}
