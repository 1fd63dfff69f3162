import { sha256 } from '@easycerts/shared/encoding'
import type { LegacyRenewal } from '@easycerts/shared/legacy-certmgr'
import { addDuration, type Duration, seconds } from '@easycerts/shared/time'

/** A remote is never asked more often, whatever a spec says. */
const SHORTEST = seconds(1)

/** Of specs that share a remote the most impatient decides, and the widest splay spreads. */
export const scheduleOf = (renewals: readonly LegacyRenewal[]): LegacyRenewal => {
  const pick = (field: keyof LegacyRenewal, choose: (...values: number[]) => number) =>
    choose(...renewals.map((each) => each[field])) as Duration
  return {
    before: pick('before', Math.max),
    interval: pick('interval', Math.min),
    intervalSplay: pick('intervalSplay', Math.max),
    initialSplay: pick('initialSplay', Math.max),
  }
}

/**
 * When a remote is asked again for its CA after it has answered: after the interval and a part of its
 * splay, or the first time within the initial splay, where there is one. `name` makes the draw its own.
 */
export const planRemoteContact = (
  name: string,
  schedule: LegacyRenewal,
  { now, isFirst }: { readonly now: Date; readonly isFirst: boolean },
): Date => {
  const draw = sha256(name, now.toISOString()).readUInt32BE(0) / 2 ** 32
  const { interval, intervalSplay, initialSplay } = schedule
  const wait = isFirst && initialSplay > 0 ? draw * initialSplay : interval + draw * intervalSplay
  return addDuration(now, Math.max(wait, SHORTEST))
}
