import { EasycertsError } from '@easycerts/shared/errors'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import { clockErrorOf } from '../clock-guard.ts'
import type { IdentityRow, Writing } from '../store/index.ts'
import { decideFork, type ForkDecision } from './decide-fork.ts'
import { forkedIdentity } from './node-standing.ts'

/**
 * Why an identity that has lost its place is refused. Where that proves that two hold it, the node
 * is frozen first, both branches, durably: ERR_IDENTITY_FORKED; otherwise ERR_IDENTITY_SUPERSEDED.
 */
export const refuseDisplaced = async (
  authority: Authority,
  identity: IdentityRow,
): Promise<EasycertsError> => {
  const isFork =
    (await decisionOf(authority, (work) => authority.store.read(work), identity)) === 'fork'
  if (isFork) await freeze(authority, identity)
  return isFork ? forkedIdentity(identity.node) : superseded(identity)
}

const decisionOf = async (
  { clock, clockGuard, displacements }: Authority,
  read: Authority['store']['read'],
  identity: IdentityRow,
): Promise<ForkDecision> => {
  const row = await read((reading) => reading.findClock())
  return decideFork({
    identity,
    now: clock(),
    isClockGood: clockErrorOf(clockGuard.look(row)) === undefined,
    counted: displacements.since(identity.fingerprint),
  })
}

/** One transaction that looks again before it acts; whoever comes second finds the work done. */
const freeze = async (authority: Authority, shown: IdentityRow): Promise<void> => {
  const { node: name, fingerprint } = shown
  const frozen = await authority.store.transact(async (writing) => {
    const fresh = await writing.findIdentity(fingerprint)
    if (!fresh || fresh.revokedAt !== null) return undefined
    if ((await decisionOf(authority, (work) => work(writing), fresh)) !== 'fork') return undefined
    return freezeIn(authority, writing, fresh)
  })
  if (!frozen) return
  const { reason, living } = frozen
  authority.events.identityAlarmed({ kind: 'forked', node: name, fingerprint })
  authority.events.shutOut({ node: name, state: 'frozen', reason, fingerprints: living })
}

const freezeIn = async (authority: Authority, writing: Writing, shown: IdentityRow) => {
  const { node: name, fingerprint, state, changedAt } = shown
  const at = authority.clock().toISOString()
  const from = authority.origin?.address ?? 'an unknown address'
  const reason = `an identity that was ${state} at ${changedAt ?? '?'} was used again, from ${from}`
  const current = await writing.findIdentityOfNode(name, 'current')
  const pending = await writing.findPendingRenewal(name)
  await writing.setNodeState(name, 'joined', {
    state: 'frozen',
    stateReason: reason,
    stateSince: at,
  })
  await writing.endIdentities(name, ['pending'], at)
  const body = {
    node: name,
    fingerprint,
    state,
    displacedAt: changedAt,
    current: current?.fingerprint ?? null,
  }
  await writing.appendLog(actorAt(authority, 'identity-forked', `node ${name}`, body))
  const living = [current, pending].flatMap((row) => (row ? [row.fingerprint] : []))
  return { reason, living }
}

/** The refusal of an identity whose place another has taken. */
export const superseded = ({ node, state }: Pick<IdentityRow, 'node' | 'state'>) =>
  new EasycertsError(
    'ERR_IDENTITY_SUPERSEDED',
    state === 'ended'
      ? `an operator has put an end to this identity of node ${node}`
      : `a newer identity of node ${node} has taken its place`,
  )
