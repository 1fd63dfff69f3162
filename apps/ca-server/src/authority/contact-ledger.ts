import { minutes } from '@easycerts/shared/time'

/** How exact `last_seen_at` is: a node that calls all the time costs one write in so long. */
const WINDOW = minutes(5)

/**
 * When each node was last written down as seen. It holds nodes of the records alone, and forgets
 * all at a restart.
 */
export class ContactLedger {
  readonly #written = new Map<string, number>()

  /** Whether this contact is to be written. */
  note(node: string, now: Date): boolean {
    const last = this.#written.get(node)
    // A clock that was set back must not silence a node.
    if (last !== undefined && Math.abs(now.getTime() - last) < WINDOW) return false
    this.#written.set(node, now.getTime())
    return true
  }

  /** The write failed. */
  forget(node: string): void {
    this.#written.delete(node)
  }
}
