import { addDuration, type Duration } from '../time/index.ts'
import type { Validity } from '../x509/index.ts'
import { ordinaryWindow, type RenewalWindow } from './renewal-window.ts'

/** Of what is left when renewal is due, at most this share goes into spreading a fleet. */
const SHARE_FOR_SPREAD = 1 / 4

/**
 * The window of a spec that says how long `before` its end a certificate is renewed. One that begins
 * in the first half of a life would renew without end, so the ordinary window stands in for it.
 */
export const windowBeforeEnd = (
  validity: Validity,
  { before, spread }: { readonly before: Duration; readonly spread: Duration },
): RenewalWindow => {
  const ordinary = ordinaryWindow(validity)
  const start = addDuration(validity.notAfter, -before)
  if (start < ordinary.start) return ordinary
  return { start, end: addDuration(start, Math.min(spread, before * SHARE_FOR_SPREAD)) }
}
