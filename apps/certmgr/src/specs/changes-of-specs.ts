import type { LoadedSpecs } from './loaded-specs.ts'

/** Names of the specs that two readings of a directory have not in common. */
export interface SpecChanges {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  /** Faults that were not there before. */
  readonly newFaults: readonly string[]
}

/** Undefined if the later reading says the same as the one before, faults and all. */
export const changesOfSpecs = (
  before: LoadedSpecs,
  after: LoadedSpecs,
): SpecChanges | undefined => {
  const [old, now] = [byName(before), byName(after)]
  const newFaults = after.faults.filter((fault) => !before.faults.includes(fault))
  const changes = {
    added: [...now.keys()].filter((name) => !old.has(name)),
    changed: [...now.keys()].filter((name) => old.has(name) && old.get(name) !== now.get(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    newFaults,
  }
  const isSame =
    Object.values(changes).every((names) => names.length === 0) &&
    before.faults.length === after.faults.length
  return isSame ? undefined : changes
}

/** By name and what it says: a comment, or another file, is no change. */
const byName = ({ files }: LoadedSpecs): Map<string, string> =>
  new Map(files.map(({ spec }) => [spec.name, JSON.stringify(spec)]))
