import type { LeaseEnd, LeaseRefusal } from '@easycerts/shared/restart-lease'
import { RETRY_WAITS } from '@easycerts/shared/renewal'
import { addDuration, type Duration, seconds } from '@easycerts/shared/time'
import { turnOf } from './member-turn.ts'
import type { RestartDeadline } from './restart-deadline.ts'

/** What the CA said of a lease; away: it could not be asked, or gave no answer. */
export type LeaseAnswer =
  | { readonly kind: 'granted'; readonly expiresAt: Date }
  | { readonly kind: 'refused'; readonly reason: LeaseRefusal; readonly holders: readonly string[] }
  | { readonly kind: 'ended'; readonly how: LeaseEnd }
  | { readonly kind: 'away' }

/** What a look at another member has found. */
export interface MemberSight {
  readonly node: string
  readonly isHealthy: boolean
}

/** Why a restart waits. */
export const RESTART_WAITS = {
  held: 'another node restarts it',
  guarded: 'another node restarts what it needs',
  again: 'this node had a lease a moment ago',
  twice: 'this node holds a lease that it does not know of',
  ended: 'the lease is over',
  short: 'what is left of the lease is shorter than actionTimeout',
  'no-answer': 'the CA cannot be asked',
  turn: 'the CA cannot be asked, and it is another member’s turn',
  'members-unknown': 'the CA cannot be asked, and nobody told who the other members are',
  unhealthy: 'the CA cannot be asked, and a member is not healthy',
} as const

export type RestartWait = keyof typeof RESTART_WAITS

/** By what right a restart is made; emergency: by none, as what is in use ends soon. */
export type RestartRight = 'lease' | 'bound' | 'members' | 'emergency'

export type RestartDecision =
  | { readonly kind: 'act'; readonly right: RestartRight }
  | {
      readonly kind: 'wait'
      readonly reason: RestartWait
      /** Who it waits for. */
      readonly nodes: readonly string[]
      readonly until: Date
    }
  /** The other members are to be looked at first. */
  | { readonly kind: 'look' }

export interface RestartSituation {
  readonly answer: LeaseAnswer
  readonly isGuarded: boolean
  /** When the CA first gave no answer. */
  readonly awaySince: Date
  /** Questions so far that brought no leave. */
  readonly asked: number
  readonly own: string
  /** The other members; undefined if nobody told who they are. */
  readonly members: readonly string[] | undefined
  /** What a look at them found; undefined before it. */
  readonly health: readonly MemberSight[] | undefined
  /** The end of what is in use until the restart; undefined if nothing ends, as with a bundle. */
  readonly deadline: RestartDeadline | undefined
  /** Milliseconds that the restart may take. */
  readonly actionTimeout: number
  /** Milliseconds without the CA before anything is done without it. */
  readonly waitForCa: number
  /** Milliseconds of one member's turn. */
  readonly turn: number
  readonly now: Date
}

/** Others look as seldom, so that whoever waits gets its chance within the pause of the last holder. */
const LONGEST_WAIT = seconds(30)

/** By the table of retries, up to half a minute. */
export const leaseWait = (asked: number): Duration => {
  const listed = RETRY_WAITS[Math.min(asked, RETRY_WAITS.length - 1)] ?? LONGEST_WAIT
  return listed < LONGEST_WAIT ? listed : LONGEST_WAIT
}

/** Whether a component may be restarted now, and by what right. While the CA answers, its lease alone counts. */
export const planRestart = (situation: RestartSituation): RestartDecision => {
  const { answer, actionTimeout, now } = situation
  switch (answer.kind) {
    case 'granted':
      return addDuration(now, actionTimeout) <= answer.expiresAt
        ? { kind: 'act', right: 'lease' }
        : waitFor(situation, 'short')
    case 'refused':
      return waitFor(situation, answer.reason, answer.holders)
    case 'ended':
      return waitFor(situation, 'ended')
    case 'away':
      return planWithoutCa(situation)
  }
}

const planWithoutCa = (situation: RestartSituation): RestartDecision => {
  const { isGuarded, awaySince, waitForCa, members, health, deadline, now } = situation
  const isEmergency = deadline !== undefined && now >= deadline.forceAt
  if (!isEmergency && now < addDuration(awaySince, waitForCa))
    return waitFor(situation, 'no-answer')
  if (!isGuarded) return { kind: 'act', right: isEmergency ? 'emergency' : 'bound' }
  if (!members && !isEmergency) return waitFor(situation, 'members-unknown')
  const turn = turnOf({ ...situation, length: situation.turn })
  if (!turn.isOwn && !(isEmergency && turn.next >= deadline.notAfter))
    return waitFor(situation, 'turn', [], turn.next)
  if (members && !health) return { kind: 'look' }
  const ill = health?.filter(({ isHealthy }) => !isHealthy).map(({ node }) => node)
  if (ill?.length === 0) return { kind: 'act', right: 'members' }
  return isEmergency ? { kind: 'act', right: 'emergency' } : waitFor(situation, 'unhealthy', ill)
}

const waitFor = (
  { asked, now }: RestartSituation,
  reason: RestartWait,
  nodes: readonly string[] = [],
  latest?: Date,
): Extract<RestartDecision, { kind: 'wait' }> => {
  const asks = addDuration(now, leaseWait(asked))
  return { kind: 'wait', reason, nodes, until: latest && latest < asks ? latest : asks }
}
