import { sha256 } from '@easycerts/shared/encoding'
import type { NodeReport } from '@easycerts/shared/node-report'
import { hours, minutes, seconds } from '@easycerts/shared/time'

/** What is to be done with a report. same: nothing; again: look whether what it asks for may be now. */
export type ReportNote = 'same' | 'again' | 'news' | 'too-many'

/** How old a record of a report may be that says the same; well below a day, so nobody seems silent. */
const REFRESH = hours(6)
const WINDOW = minutes(5)
/** Different reports of one node in the window: an honest one has two when it renews. */
const MAX_NEWS = 5
/** Seconds. Clocks differ a little more or less at each contact, and that is no news. */
const CLOCK_STEP = 60

interface Noted {
  readonly digest: string
  readonly writtenAt: number
  readonly judgedAt: number
  /** Of the window, and the news in it. */
  readonly begun: number
  readonly count: number
}

/**
 * Which reports are worth a write: those that say something else than the last, and one in six
 * hours of those that do not. It holds nodes of the records alone, and forgets all at a restart.
 */
export class ReportLedger {
  readonly #noted = new Map<string, Noted>()

  note(node: string, report: NodeReport, now: Date): ReportNote {
    const at = now.getTime()
    const digest = digestOf(report)
    const last = this.#noted.get(node)
    if (last?.digest === digest && isWithin(REFRESH, last.writtenAt, at)) {
      if (isWithin(WINDOW, last.judgedAt, at)) return 'same'
      this.#noted.set(node, { ...last, judgedAt: at })
      return 'again'
    }
    const isInWindow = last !== undefined && isWithin(WINDOW, last.begun, at)
    if (isInWindow && last.count >= MAX_NEWS) return 'too-many'
    const [begun, count] = isInWindow ? [last.begun, last.count + 1] : [at, 1]
    this.#noted.set(node, { digest, writtenAt: at, judgedAt: at, begun, count })
    return 'news'
  }

  /** The write failed. What was counted stays counted. */
  forget(node: string): void {
    const last = this.#noted.get(node)
    if (last) this.#noted.set(node, { ...last, digest: '' })
  }
}

/** Seconds after which a node that told too much is heard again. */
export const REPORT_RETRY_AFTER = WINDOW / seconds(1)

/** A clock that was set back must not silence a node. */
const isWithin = (period: number, before: number, at: number): boolean =>
  Math.abs(at - before) < period

const digestOf = ({ clockOffset, ...report }: NodeReport): string =>
  sha256(
    JSON.stringify([report, clockOffset === null ? null : Math.round(clockOffset / CLOCK_STEP)]),
  ).toString('hex')
