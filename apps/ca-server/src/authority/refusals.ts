import { type EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { describeRequester, type Requester } from '@easycerts/shared/issuance'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'

interface RefusedWish {
  readonly requester: Requester
  readonly profile: string
  /** Where more than the profile says that system:masters was asked for. */
  readonly isForMasters?: boolean
}

const MAX_PROFILE_LENGTH = 60

/**
 * Does the work; where a rule of policy refuses it, tells the events, and writes an attempt to get
 * system:masters into the log (once an hour for each requester). The refusal passes on.
 */
export const tellingRefusals = async <Result>(
  authority: Authority,
  wish: RefusedWish,
  work: () => Result | Promise<Result>,
): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    if (isEasycertsError(error) && error.rule !== undefined)
      await tell(authority, wish, error, error.rule)
    throw error
  }
}

const tell = async (
  authority: Authority,
  { requester, profile, isForMasters }: RefusedWish,
  { code }: EasycertsError,
  rule: string,
): Promise<void> => {
  const refusal = {
    requester: describeRequester(requester),
    requesterKind: requester.kind,
    profile: profile.slice(0, MAX_PROFILE_LENGTH),
    rule,
    code,
    origin: authority.origin?.address ?? 'local',
  }
  authority.events.refused(refusal)
  if (isForMasters !== true && !isMastersProfile(authority, requester, profile)) return
  const note = authority.mastersAttempts.note(refusal.requester, authority.clock())
  if (!note.isNews) return
  const body = { profile: refusal.profile, rule, earlierUnrecorded: note.unrecorded }
  await authority.store
    .transact((writing) =>
      writing.appendLog(actorAt(authority, 'masters-refused', refusal.requester, body)),
    )
    // The refusal itself is the answer, also while nothing can be written.
    .catch(() => undefined)
}

const isMastersProfile = (authority: Authority, requester: Requester, profile: string): boolean =>
  authority.policy.current().profiles.get(profile)?.mayGrantMasters === true ||
  (requester.kind === 'legacy' && requester.wish.organizations.includes('system:masters'))
