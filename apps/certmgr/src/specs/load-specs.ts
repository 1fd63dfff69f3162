import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { EasycertsError, reasonOf } from '@easycerts/shared/errors'
import { chooseSpecs, type SpecFile } from './choose-specs.ts'
import type { SpecParts } from './load-all-specs.ts'
import { readSpec, type SpecReading } from './read-spec.ts'
import type { SourcedBundle, SourcedCertificate } from './sourced-spec.ts'

/** What certmgr is to keep true, and what it could not understand. */
export interface LoadedSpecs {
  readonly readings: readonly SpecReading[]
  readonly files: readonly SpecFile[]
  readonly certificates: readonly SourcedCertificate[]
  readonly trustBundles: readonly SourcedBundle[]
  /** 'file:line:column: path: what is wrong', of all files. */
  readonly faults: readonly string[]
  /** What is right, and yet not what it seems. */
  readonly warnings?: readonly string[]
  /** Where specs of the old certmgr are kept too. */
  readonly parts?: SpecParts
}

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

export const specsOf = (
  readings: readonly SpecReading[],
  files: readonly SpecFile[],
  faults: readonly string[],
): LoadedSpecs => {
  const specs = files.map(({ spec }) => spec)
  return {
    readings,
    files,
    certificates: specs.filter((spec) => spec.kind === 'Certificate'),
    trustBundles: specs.filter((spec) => spec.kind === 'TrustBundle'),
    faults,
  }
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
