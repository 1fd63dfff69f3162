/** The one in use, the one before, and one that is known to have worked before that. */
export const MOST_GENERATIONS = 3

interface AgedGeneration {
  readonly number: number
  /** Undefined: it cannot be read, and so is of no use. */
  readonly notAfter: Date | undefined
}

/** Numbers of the generations whose keys have no more use: all but the newest that still live. */
export const surplusGenerations = (newestFirst: readonly AgedGeneration[], now: Date): number[] => {
  const [newest, ...older] = newestFirst
  const living = older.filter(({ notAfter }) => notAfter !== undefined && notAfter > now)
  const kept = new Set([newest, ...living].slice(0, MOST_GENERATIONS).map((each) => each?.number))
  return newestFirst.map(({ number }) => number).filter((number) => !kept.has(number))
}
