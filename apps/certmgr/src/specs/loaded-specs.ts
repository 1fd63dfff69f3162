import type { SpecFile } from './choose-specs.ts'
import type { LegacySpecs } from './load-legacy-specs.ts'
import type { SpecReading } from './read-spec.ts'
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

/** The specs of a machine by their kind, for the next reading. */
export interface SpecParts {
  readonly own: LoadedSpecs | undefined
  readonly legacy: LegacySpecs
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
