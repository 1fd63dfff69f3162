import type { Role } from '@easycerts/shared/cluster'
import type { Duration } from '@easycerts/shared/time'
import type { IdentityRow } from '../store/index.ts'
import { FORK_GRACE } from './decide-fork.ts'

/** Null: never. */
export type AbsenceBounds = Readonly<Record<Role, Duration | null>>

/** What is known when somebody proves to hold the key of an identity that may have expired. */
export interface ReturnSituation {
  readonly identity: Pick<
    IdentityRow,
    'state' | 'ticketId' | 'notAfter' | 'changedAt' | 'revokedAt'
  >
  readonly role: Role
  readonly bounds: AbsenceBounds
  readonly now: Date
}

/** That it may come back, or the first reason why not. */
export type ReturnDecision =
  | 'granted'
  | 'revoked'
  /** Another one has its place, and has had it for a while: two hold this key. */
  | 'contested'
  | 'superseded'
  | 'never-confirmed'
  | 'not-expired'
  | 'role-may-not'
  | 'away-too-long'

export const decideReturn = ({ identity, role, bounds, now }: ReturnSituation): ReturnDecision => {
  const { state, ticketId, notAfter, changedAt, revokedAt } = identity
  if (revokedAt !== null) return 'revoked'
  if (state === 'ended') return 'superseded'
  if (state === 'retired' || state === 'superseded') {
    const since = changedAt === null ? 0 : now.getTime() - new Date(changedAt).getTime()
    return since < FORK_GRACE ? 'superseded' : 'contested'
  }
  // A join that never ended is its ticket's matter.
  if (state === 'pending' && ticketId !== null) return 'never-confirmed'
  const away = now.getTime() - new Date(notAfter).getTime()
  if (away <= 0) return 'not-expired'
  const bound = bounds[role]
  if (bound === null) return 'role-may-not'
  return away > bound ? 'away-too-long' : 'granted'
}
