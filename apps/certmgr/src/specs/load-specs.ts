import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readTextFile } from '@easycerts/adapters/files'
import {
  type CertificateSpec,
  type Spec,
  specSchema,
  type TrustBundleSpec,
} from '@easycerts/shared/certificate-spec'
import { parseConfig } from '@easycerts/shared/config'
import { EasycertsError, isEasycertsError, reasonOf } from '@easycerts/shared/errors'
import { findDuplicates } from './find-duplicates.ts'

export interface SpecFile {
  readonly file: string
  readonly spec: Spec
}

/** What certmgr is to keep true, and what it could not understand. */
export interface LoadedSpecs {
  readonly files: readonly SpecFile[]
  readonly certificates: readonly CertificateSpec[]
  readonly trustBundles: readonly TrustBundleSpec[]
  /** 'file:line:column: path: what is wrong', of all files. */
  readonly faults: readonly string[]
}

const IS_SPEC = /^[^.].*\.ya?ml$/

/**
 * Every spec of a directory. A bad one never stops the others, and one that was good at the last
 * reading stays as it was then.
 */
export const loadSpecs = (directory: string, before?: LoadedSpecs): LoadedSpecs => {
  const read = namesIn(directory)
  const faults = [...read.faults]
  const files = read.names.flatMap((name): SpecFile[] => {
    const file = join(directory, name)
    try {
      return [{ file, spec: parseConfig(file, readTextFile(file), specSchema) }]
    } catch (error) {
      faults.push(messageOf(file, error))
      return before?.files.filter((known) => known.file === file) ?? []
    }
  })
  const { kept, faults: duplicates } = findDuplicates(files)
  const specs = kept.map(({ spec }) => spec)
  return {
    files: kept,
    certificates: specs.filter((spec) => spec.kind === 'Certificate'),
    trustBundles: specs.filter((spec) => spec.kind === 'TrustBundle'),
    faults: [...faults, ...duplicates],
  }
}

/** ERR_CONFIG_INVALID with every fault of a directory at once. */
export const requireGoodSpecs = ({ faults }: LoadedSpecs): void => {
  if (faults.length > 0) throw new EasycertsError('ERR_CONFIG_INVALID', faults.join('\n'))
}

const namesIn = (directory: string): { names: string[]; faults: string[] } => {
  try {
    const names = readdirSync(directory).filter((name) => IS_SPEC.test(name))
    return { names: names.toSorted(), faults: [] }
  } catch (error) {
    return { names: [], faults: [`${directory}: cannot be read (${reasonOf(error)})`] }
  }
}

const messageOf = (file: string, error: unknown): string =>
  isEasycertsError(error) ? error.message : `${file}: ${reasonOf(error)}`
