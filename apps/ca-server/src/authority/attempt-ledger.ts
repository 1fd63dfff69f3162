import { hours } from '@easycerts/shared/time'

/** Whether an attempt is worth an entry of the log, and how many were not since the last that was. */
export type AttemptNote =
  | { readonly isNews: true; readonly unrecorded: number }
  | { readonly isNews: false }

const WINDOW = hours(1)
/** Entries of one hour, whoever attempts: no number of hostile nodes fills the log. */
const MAX_NEWS = 100

/**
 * Counts attempts by requester and hour, so that a hostile node cannot flood the log: the first of
 * an hour is news, the others are counted and told with the first of a later hour. It remembers at
 * most 100 requesters; it forgets all at a restart.
 */
export class AttemptLedger {
  readonly #seen = new Map<string, { begun: number; unrecorded: number }>()

  note(requester: string, now: Date): AttemptNote {
    const known = this.#seen.get(requester)
    if (known && now.getTime() - known.begun < WINDOW) {
      known.unrecorded++
      return { isNews: false }
    }
    if (!known && this.#seen.size >= MAX_NEWS) this.#forgetOld(now)
    if (!known && this.#seen.size >= MAX_NEWS) return { isNews: false }
    this.#seen.set(requester, { begun: now.getTime(), unrecorded: 0 })
    return { isNews: true, unrecorded: known?.unrecorded ?? 0 }
  }

  #forgetOld(now: Date): void {
    for (const [requester, { begun }] of this.#seen)
      if (now.getTime() - begun >= WINDOW) this.#seen.delete(requester)
  }
}
