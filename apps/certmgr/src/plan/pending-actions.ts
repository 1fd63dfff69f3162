import {
  type Action,
  actionKey,
  mergeActions,
  orderActions,
} from '@easycerts/shared/certificate-spec'
import { earliestDeadline, type RestartDeadline } from './restart-deadline.ts'
import { afterFailure, type Attempts, waitsUntil } from './attempts.ts'

/** Something that a change of files demands and that is not done yet. */
export interface PendingAction {
  readonly action: Action
  /** The set of files whose change demands it. */
  readonly set: string
  /** publishing: its files may not have changed yet. due: they have. */
  readonly state: 'publishing' | 'due'
  readonly attempts?: Attempts
  /** The end of what its component uses until then. */
  readonly deadline?: RestartDeadline
}

export type PendingActions = readonly PendingAction[]

const isSame = (a: PendingAction, b: PendingAction): boolean =>
  a.set === b.set && actionKey(a.action) === actionKey(b.action)

/** To be durable before the first file of the set changes: a crash in between forgets no restart. */
export const beginPublication = (
  pending: PendingActions,
  set: string,
  actions: readonly Action[],
  deadline?: RestartDeadline,
): PendingActions => {
  const added = mergeActions(actions).map((action): PendingAction => ({
    action,
    set,
    state: 'publishing',
    ...(deadline ? { deadline } : {}),
  }))
  return [...pending, ...added.filter((each) => !pending.some((known) => isSame(known, each)))]
}

/** The files of the set have changed: what waits for it is due at once, however often it failed. */
export const endPublication = (pending: PendingActions, set: string): PendingActions =>
  pending.map((each) => (each.set === set ? withoutAttempts(each) : each))

/** After a start nobody knows whether files changed: one restart too many harms less than none. */
export const afterRestart = (pending: PendingActions): PendingActions =>
  pending.map(withoutAttempts)

const withoutAttempts = ({ attempts: _attempts, ...rest }: PendingAction): PendingAction => ({
  ...rest,
  state: 'due',
})

/** The earliest end of what the component of an action uses until then. */
export const deadlineOfAction = (
  pending: PendingActions,
  action: Action,
): RestartDeadline | undefined =>
  earliestDeadline(
    pending.filter((each) => isDoneBy(each.action, action)).map(({ deadline }) => deadline),
  )

/** What to run now, in its order: each once, for all sets that want it. */
export const dueActions = (pending: PendingActions, now: Date): Action[] =>
  orderActions(
    mergeActions(
      pending
        .filter(({ state, attempts }) => state === 'due' && waitsUntil(attempts, now) === undefined)
        .map(({ action }) => action),
    ),
  )

/** A restart that is done does the reloads of its unit too. */
export const afterSuccess = (pending: PendingActions, done: Action): PendingActions =>
  pending.filter(({ action, state }) => state === 'publishing' || !isDoneBy(action, done))

const isDoneBy = (action: Action, done: Action): boolean =>
  actionKey(action) === actionKey(done) ||
  ('reload' in action && 'restart' in done && action.reload === done.restart)

export const afterActionFailure = (
  pending: PendingActions,
  failed: Action,
  error: unknown,
  now: Date,
): PendingActions =>
  pending.map((each) =>
    each.state === 'due' && isDoneBy(each.action, failed)
      ? {
          ...each,
          attempts: afterFailure(each.attempts, error, {
            now,
            remaining: Number.POSITIVE_INFINITY,
          }),
        }
      : each,
  )
