import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import type { Policy } from './policy.ts'

/** What a reload was about, for the log. */
export interface ReloadNote {
  /** 'operator root', 'SIGHUP'. */
  readonly actor: string
  readonly changed: readonly string[]
  readonly needsRestart: readonly string[]
}

/** Puts a policy in force, all at once and only after the log says so. */
export const reloadPolicy = async (
  authority: Authority,
  policy: Policy,
  { actor, changed, needsRestart }: ReloadNote,
): Promise<void> => {
  const { sha256 } = policy
  const body = {
    sha256,
    before: authority.policy.current().sha256,
    knownBadKeys: policy.knownBadKeys.sha256,
    changed,
    needsRestart,
  }
  await authority.store.transact((writing) =>
    writing.appendLog(actorAt(authority, 'policy-reloaded', actor, body)),
  )
  authority.policy.replace(policy)
  authority.events.reloaded({ outcome: 'reloaded', sha256 })
}

/** Says in the log that a file was refused; the policy in force stays. */
export const refuseReload = async (
  authority: Authority,
  sha256: string | null,
  { actor, faults }: { readonly actor: string; readonly faults: readonly string[] },
): Promise<void> => {
  const kept = authority.policy.current().sha256
  const body = { sha256, kept, faults: faults.length, first: faults.slice(0, MAX_FAULTS) }
  await authority.store.transact((writing) =>
    writing.appendLog(actorAt(authority, 'policy-reload-refused', actor, body)),
  )
  authority.events.reloaded({ outcome: 'refused', sha256: sha256 ?? '' })
}

/** Enough to see what was wrong; the file itself has the rest. */
const MAX_FAULTS = 20
