import { hours } from '@easycerts/shared/time'

const WINDOW = hours(1)
/** Addresses that are told apart within an hour; the others count together. */
const MAX_ADDRESSES = 1000
/** Alarms of an hour for guessing, wherever from: no botnet fills the log. */
const MAX_NEWS = 100
const MAX_RECENT = 20
/** Somebody who mistakes one CA for another tries a few times. */
const FIRST_ALARM = 10

/**
 * What an operator should know of tickets by now: wrong proofs that pile up, and tickets that two
 * keys claim. It is for health and for the rate of alarms; the log keeps them. Forgets at a restart.
 */
export class TicketAlarms {
  #begun = -Infinity
  #news = 0
  readonly #guesses = new Map<string, number>()
  readonly #recent: { readonly at: number; readonly text: string }[] = []

  /** Counts a wrong proof; its number in this hour where that is worth an alarm: 10, 100, 1000 … */
  noteGuess(address: string, now: Date): number | undefined {
    if (Math.abs(now.getTime() - this.#begun) >= WINDOW) {
      this.#begun = now.getTime()
      this.#news = 0
      this.#guesses.clear()
    }
    const isKnown = this.#guesses.has(address) || this.#guesses.size < MAX_ADDRESSES
    const key = isKnown ? address : 'elsewhere'
    const count = (this.#guesses.get(key) ?? 0) + 1
    this.#guesses.set(key, count)
    if (!isAlarming(count) || this.#news >= MAX_NEWS) return undefined
    this.#news++
    return count
  }

  note(text: string, now: Date): void {
    this.#recent.push({ at: now.getTime(), text })
    if (this.#recent.length > MAX_RECENT) this.#recent.shift()
  }

  /** Of the last hour, oldest first. */
  recent(now: Date): readonly string[] {
    return this.#recent
      .filter(({ at }) => Math.abs(now.getTime() - at) < WINDOW)
      .map(({ text }) => text)
  }
}

const isAlarming = (count: number): boolean => count >= FIRST_ALARM && /^10*$/.test(String(count))
