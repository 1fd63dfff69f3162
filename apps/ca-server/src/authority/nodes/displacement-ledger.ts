import { FORK_GRACE } from './decide-fork.ts'

/**
 * When identities lost their place to a successor, counted by a clock that nobody sets, for as long
 * as it matters: a wall clock that jumps must not turn an honest latecomer into a thief. It forgets
 * all at a restart; the records have the wall clock's time.
 */
export class DisplacementLedger {
  readonly #monotonic: () => number
  readonly #displaced = new Map<string, number>()

  /** `monotonic` gives milliseconds. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  note(fingerprint: string): void {
    const now = this.#monotonic()
    // In the order of their insertion, so the oldest come first.
    for (const [known, at] of this.#displaced) {
      if (now - at < FORK_GRACE) break
      this.#displaced.delete(known)
    }
    this.#displaced.set(fingerprint, now)
  }

  /** Milliseconds; undefined for one that this process did not see, or no longer remembers. */
  since(fingerprint: string): number | undefined {
    const at = this.#displaced.get(fingerprint)
    return at === undefined ? undefined : this.#monotonic() - at
  }
}
