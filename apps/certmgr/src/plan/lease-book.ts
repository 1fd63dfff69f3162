import type { LeaseAnswer, RestartDecision, RestartRight, RestartWait } from './plan-restart.ts'

/** How far the restart of one component has come on this node. */
export interface RestartRecord {
  /** Of the lease; drawn before the CA is asked, so that a lost answer can be asked for again. */
  readonly id: string
  /**
   * asking: no leave yet; acting: the restart may have begun; proving: it is done, and the component
   * is looked at; unproven: that took too long; over: the lease is to be given back.
   */
  readonly state: 'asking' | 'acting' | 'proving' | 'unproven' | 'over'
  /** By this machine's clock; absent without a lease. */
  readonly expiresAt?: Date
  readonly awaySince?: Date
  readonly actedAt?: Date
  readonly right?: RestartRight
  /** Questions in a row that brought no leave. Not kept. */
  readonly asked?: number
  /** Why it waits. Not kept: after a start the CA is asked at once. */
  readonly wait?: {
    readonly reason: RestartWait
    readonly nodes: readonly string[]
    readonly until: Date
  }
  /** The next look, or the next try to give the lease back. Not kept. */
  readonly nextAt?: Date
}

/** By component. */
export type LeaseBook = Readonly<Record<string, RestartRecord>>

/** One that goes on, or a new one under this id. */
export const recordToAsk = (known: RestartRecord | undefined, id: string): RestartRecord =>
  known && known.state !== 'over' ? known : { id, state: 'asking' }

/** `id`: of a new lease, should this one have ended. */
export const afterAnswer = (
  record: RestartRecord,
  answer: LeaseAnswer,
  { now, id }: { readonly now: Date; readonly id: string },
): RestartRecord => {
  const { awaySince, expiresAt, ...rest } = record
  switch (answer.kind) {
    case 'granted':
      return { ...rest, expiresAt: answer.expiresAt }
    case 'refused':
      return rest
    case 'ended':
      return { ...rest, id }
    case 'away':
      // A clock that was set back begins the time anew.
      return {
        ...rest,
        ...(expiresAt ? { expiresAt } : {}),
        awaySince: awaySince && awaySince <= now ? awaySince : now,
      }
  }
}

/** Durable before the restart is made. */
export const afterDecision = (
  record: RestartRecord,
  decision: Exclude<RestartDecision, { kind: 'look' }>,
): RestartRecord => {
  const rest = atOnce(record)
  if (decision.kind === 'act') return { ...rest, state: 'acting', right: decision.right }
  const { reason, nodes, until } = decision
  return { ...rest, asked: (record.asked ?? 0) + 1, wait: { reason, nodes, until } }
}

/** The restart is done: its component is to be looked at. */
export const afterRestartDone = (record: RestartRecord, now: Date): RestartRecord => {
  return { ...atOnce(record), state: 'proving', actedAt: now }
}

const atOnce = ({
  wait: _wait,
  asked: _asked,
  nextAt: _nextAt,
  ...rest
}: RestartRecord): RestartRecord => rest

/** Whether nobody else could be kept waiting by this lease any more. */
export const isPast = ({ expiresAt }: RestartRecord, now: Date): boolean =>
  expiresAt === undefined || expiresAt <= now
