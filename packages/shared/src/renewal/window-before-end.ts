import { addDuration, type Duration, minutes } from '../time/index.ts'
import type { Validity } from '../x509/index.ts'
import { ordinaryWindow, type RenewalWindow } from './renewal-window.ts'

/** Of what is left when renewal is due, at most this share goes into spreading a fleet. */
const SHARE_FOR_SPREAD = 1 / 4
/** How far cfssl puts notBefore into the past, unless a profile says otherwise. */
const BACKDATE = minutes(5)

export interface WindowWish {
  /** How long before its end a certificate is renewed. */
  readonly before: Duration
  readonly spread: Duration
  /** When it came to this disk. */
  readonly since: Date
  /** How long a certificate is left alone once it is there, if half of its rest is not shorter. */
  readonly least: Duration
}

/**
 * The window of a spec that says how long before its end a certificate is renewed. One that begins
 * in the first half of a life would have it renewed without end, so the ordinary window stands in.
 */
export const windowBeforeEnd = (validity: Validity, wish: WindowWish): RenewalWindow => {
  const { before, spread, since, least } = wish
  const { notBefore, notAfter } = validity
  const lived = addDuration(notBefore, BACKDATE)
  const ordinary = ordinaryWindow(lived < notAfter ? { notBefore: lived, notAfter } : validity)
  const wished = addDuration(notAfter, -Number(before))
  const window =
    wished < ordinary.start
      ? ordinary
      : { start: wished, end: addDuration(wished, Math.min(spread, before * SHARE_FOR_SPREAD)) }
  const rest = Math.max(0, notAfter.getTime() - since.getTime())
  const earliest = addDuration(since, Math.min(least, rest / 2))
  return { start: later(window.start, earliest), end: later(window.end, earliest) }
}

const later = (a: Date, b: Date): Date => (a < b ? b : a)
