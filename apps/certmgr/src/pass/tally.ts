/** What a process has done since its start, for the metrics; names come from specs, codes from a table. */
export interface Tally {
  readonly renewed: Map<string, number>
  /** By name and code, with a space between. */
  readonly failed: Map<string, number>
  readonly actions: Map<'done' | 'failed', number>
  /** When the last pass ended; undefined before the first. */
  passedAt: Date | undefined
}

export const newTally = (): Tally => ({
  renewed: new Map(),
  failed: new Map(),
  actions: new Map(),
  passedAt: undefined,
})

export const addOne = <Key>(counts: Map<Key, number>, key: Key): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
