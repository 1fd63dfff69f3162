import { sha256 } from '@easycerts/shared/encoding'
import { addDuration } from '@easycerts/shared/time'

export interface MemberTurn {
  readonly isOwn: boolean
  /** When the next turn of this node begins. */
  readonly next: Date
}

export interface TurnFacts {
  readonly own: string
  /** The other members; undefined if nobody told who they are. */
  readonly members: readonly string[] | undefined
  /** Of one turn, in milliseconds. */
  readonly length: number
  readonly now: Date
}

/** Turns where the members are unknown: the more, the less likely that two share one. */
const UNKNOWN_TURNS = 8
/** Of a turn: what begins in it ends in it, and clocks may differ by the rest. */
const OPEN_SHARE = 1 / 2

/**
 * Whether a node may act without the CA now. The turns go round by the wall clock in the order of the
 * members' names, so members that cannot talk to each other do not act together.
 */
export const turnOf = ({ own, members, length, now }: TurnFacts): MemberTurn => {
  const names = members ? [own, ...members].toSorted() : undefined
  const count = names?.length ?? UNKNOWN_TURNS
  const index = names ? names.indexOf(own) : sha256(own).readUInt32BE(0) % UNKNOWN_TURNS
  const time = now.getTime()
  if (count === 1) return { isOwn: true, next: now }
  const current = Math.floor(time / length)
  const isOwn = current % count === index && time % length < length * OPEN_SHARE
  const ahead = (index - (current % count) + count) % count
  const turns = ahead === 0 ? count : ahead
  return { isOwn, next: addDuration(new Date(current * length), turns * length) }
}
