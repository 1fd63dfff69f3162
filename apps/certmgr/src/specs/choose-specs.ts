import type { Spec } from '@easycerts/shared/certificate-spec'
import type { SourcedSpec } from './sourced-spec.ts'
import { claimsOf, findDuplicate } from './find-duplicates.ts'
import type { SpecReading } from './read-spec.ts'

/** A spec that is in force, and the file that it stands in, or stood in when that was last good. */
export interface SpecFile {
  readonly file: string
  readonly spec: SourcedSpec
}

/** The specs that are in force, in the order of their files, and a fault for each that is not. */
export interface ChosenSpecs {
  readonly files: readonly SpecFile[]
  readonly faults: readonly string[]
}

/**
 * Of two with one name or one path the one in force stays, else the first. A bad one leaves in
 * force what its file held `before`.
 */
export const chooseSpecs = (
  readings: readonly SpecReading[],
  before: readonly SpecFile[],
): ChosenSpecs => {
  const former = new Map(before.map(({ file, spec }) => [file, spec]))
  const owners = new Map<string, string>()
  const inForce = new Map<string, Spec>()
  const faults = new Map<string, string>()

  const objectionTo = (file: string, spec: Spec): string | undefined => {
    const fault = findDuplicate(owners, file, spec)
    if (fault !== undefined) return fault
    inForce.set(file, spec)
    return undefined
  }
  const staysInForce = (file: string): boolean => {
    const spec = former.get(file)
    return spec !== undefined && objectionTo(file, spec) === undefined
  }

  const isSettled = ({ file, spec }: SpecReading): boolean => {
    const old = former.get(file)
    return old !== undefined && (spec === undefined || sameClaims(old, spec))
  }
  for (const reading of settledFirst(readings, isSettled)) {
    const { file, spec } = reading
    const objection = spec ? objectionTo(file, spec) : reading.fault
    if (objection === undefined) continue
    faults.set(
      file,
      staysInForce(file)
        ? `${objection}\n${file}: until that is mended, the spec stays in force as it was`
        : objection,
    )
  }
  return {
    files: readings.flatMap(({ file }): SpecFile[] => {
      const spec = inForce.get(file)
      return spec ? [{ file, spec }] : []
    }),
    faults: readings.flatMap(({ file }) => faults.get(file) ?? []),
  }
}

/** What is in force claims first what it has, and newcomers what is left. */
const settledFirst = (
  readings: readonly SpecReading[],
  isSettled: (reading: SpecReading) => boolean,
): SpecReading[] => [
  ...readings.filter(isSettled),
  ...readings.filter((reading) => !isSettled(reading)),
]

const sameClaims = (a: Spec, b: Spec): boolean =>
  claimsOf(a).toSorted().join('\n') === claimsOf(b).toSorted().join('\n')
