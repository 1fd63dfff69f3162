/** One place where the records are not as the log says, or the log is not as its tree says. */
export interface Difference {
  /** A table, or `head` for a head that was given. */
  readonly table: string
  /** The key of the row, as JSON; the number of an entry; the name of a head. */
  readonly key: string
  readonly problem: string
}

/** Counts all differences and keeps the first: a wholesale change must not fill the memory. */
export interface DifferenceList {
  readonly add: (table: string, key: string, problem: string) => void
  readonly first: readonly Difference[]
  readonly count: () => number
}

export const createDifferenceList = (kept: number): DifferenceList => {
  const first: Difference[] = []
  let count = 0
  return {
    first,
    count: () => count,
    add: (table, key, problem) => {
      count += 1
      if (first.length < kept) first.push({ table, key, problem })
    },
  }
}

/** False for whatever is no hash at all: a database that was tampered with may hold any value. */
export const isSameHash = (stored: unknown, hash: Buffer): boolean =>
  Buffer.isBuffer(stored) && stored.equals(hash)
