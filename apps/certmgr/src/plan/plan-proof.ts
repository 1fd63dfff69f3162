import { addDuration, type Duration, minutes, seconds } from '@easycerts/shared/time'
import type { RestartDeadline } from './restart-deadline.ts'

/** What a look at the consumer of a certificate has found. */
export type Sighting =
  /** Served, or accepted of a client. */
  | { readonly kind: 'new' }
  /** An earlier certificate of the same subject. */
  | { readonly kind: 'old'; readonly serialNumber: string; readonly deadline?: RestartDeadline }
  /** A certificate that is none of ours. */
  | { readonly kind: 'other' }
  /** Other CAs are taken than the bundle holds. */
  | { readonly kind: 'stale' }
  /** No client certificate is asked for. */
  | { readonly kind: 'unasked' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string }
  /** Nobody listens, for its unit does not run. */
  | { readonly kind: 'stopped' }

/** Why a certificate is not in use when it should be. */
export const ALARM_REASONS = {
  old: 'old certificate still served',
  other: 'another certificate is served',
  stale: 'another list of CAs is in use',
  unasked: 'no client certificate is asked for',
  refused: 'connection refused by its peer',
  unreachable: 'nobody answers',
} as const

export type AlarmReason = keyof typeof ALARM_REASONS

export interface ProofSituation {
  readonly seen: Sighting
  /** When the actions were done. */
  readonly since: Date
  /** How long its consumer may take, in milliseconds. */
  readonly window: number
  readonly use: 'server' | 'client'
  /** There is something to try beyond the actions, and it was not tried for this certificate. */
  readonly mayEscalate: boolean
  readonly now: Date
}

export type ProofDecision =
  | { readonly kind: 'proven' }
  | { readonly kind: 'wait'; readonly until: Date }
  /** It does not run: its time begins when it does. */
  | { readonly kind: 'idle'; readonly until: Date }
  | { readonly kind: 'escalate' }
  | { readonly kind: 'alarm'; readonly reason: AlarmReason; readonly until: Date }

/** Between looks once there is nothing left to try. */
const SLOW = minutes(10)
const SHORTEST = seconds(1)
const LONGEST = seconds(30)

/**
 * Whether a new certificate is in use, and what follows. Only an old certificate that is served after
 * the window, or an old list of CAs, is worth a second action, and only once: nothing else is cured by a restart. A client
 * whose server is away is not to blame for it, so that alone is no alarm.
 */
export const planProof = (situation: ProofSituation): ProofDecision => {
  const { seen, since, window, use, mayEscalate, now } = situation
  if (seen.kind === 'new') return { kind: 'proven' }
  const slowly = addDuration(now, SLOW)
  if (seen.kind === 'stopped') return { kind: 'idle', until: slowly }
  const end = addDuration(since, window)
  if (now < end) return { kind: 'wait', until: nextLook(since, now, end) }
  if ((seen.kind === 'old' || seen.kind === 'stale') && mayEscalate) return { kind: 'escalate' }
  if (seen.kind === 'unreachable' && use === 'client') return { kind: 'wait', until: slowly }
  return { kind: 'alarm', reason: seen.kind, until: slowly }
}

/** After half as much time again as has passed: soon at first, then more seldom. */
const nextLook = (since: Date, now: Date, end: Date): Date => {
  const passed = now.getTime() - since.getTime()
  const wait: Duration | number = Math.min(Math.max(passed / 2, SHORTEST), LONGEST)
  return new Date(Math.min(addDuration(now, wait).getTime(), end.getTime()))
}
