import { decodePem } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { verifyReturnStatement } from '@easycerts/shared/ticket'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import { requireGoodClock } from '../held-clock.ts'
import { retire } from '../confirm-identity.ts'
import { issueSuccessor } from '../identities.ts'
import { revoked } from '../identify-node.ts'
import type { KeyedMutex } from '../keyed-mutex.ts'
import type { IdentityRow, NodeRow, Writing } from '../store/index.ts'
import { decideReturn, type ReturnDecision } from './decide-return.ts'
import { superseded } from './freeze-node.ts'
import { getNode } from './manageable-node.ts'
import { requireGoodStanding } from './node-standing.ts'

export interface ReturnWish {
  /** Fingerprint of the expired identity. */
  readonly identity: string
  readonly csr: string
  readonly signature: Buffer
  /** Ours, for the connection that the wish came over, and not used before. */
  readonly nonce: string
  readonly exporter: Buffer
}

interface Absent {
  readonly identity: IdentityRow
  readonly node: NodeRow
}

/**
 * A pending successor for a node whose identity has expired, by a statement that the expired key
 * signed for this connection: an expired certificate itself opens nothing. It is confirmed like that
 * of any renewal, and the same key gets the same answer until then. ERR_IDENTITY_UNKNOWN,
 * ERR_RETURN_PROOF_INVALID, ERR_RETURN_REFUSED, and what an identity of the node is refused with.
 */
export const returnAfterAbsence = async (
  authority: Authority,
  mutex: KeyedMutex,
  wish: ReturnWish,
): Promise<Certificate> => {
  const absent = await authority.store.read(async (reading) => {
    const identity = await reading.findIdentity(wish.identity)
    if (!identity)
      throw new EasycertsError('ERR_IDENTITY_UNKNOWN', 'this CA issued no such identity')
    requireProof(identity, wish)
    return { identity, node: await getNode(reading, identity.node) }
  })
  // By a clock that is wrong, everybody has been away, and for as long as it likes.
  await requireGoodClock(authority)
  const decision = decisionOf(authority, absent)
  if (decision === 'contested') await tellContest(authority, absent.identity)
  requireGranted(decision, absent)
  return issueSuccessor(authority, mutex, absent, {
    csr: wish.csr,
    withIntent: (writing) => takeBack(authority, writing, wish.identity),
  })
}

const requireProof = (
  { certificate }: IdentityRow,
  { identity, csr, nonce, exporter, signature }: ReturnWish,
): void => {
  const request = decodePem('CERTIFICATE REQUEST', csr)
  const { spki } = parseCertificate(certificate)
  if (!verifyReturnStatement(spki, { identity, request, nonce, exporter }, signature))
    throw new EasycertsError('ERR_RETURN_PROOF_INVALID', 'the proof of the return does not verify')
}

const decisionOf = ({ policy, clock }: Authority, { identity, node }: Absent): ReturnDecision =>
  decideReturn({
    identity,
    role: node.role,
    bounds: policy.current().absence,
    now: clock(),
  })

const requireGranted = (decision: ReturnDecision, { identity, node }: Absent): void => {
  requireGoodStanding(node.name, node.state)
  const refusal = REFUSALS[decision]?.(identity)
  if (refusal) throw refusal
}

const refused = (why: string) => (identity: IdentityRow) =>
  new EasycertsError('ERR_RETURN_REFUSED', `the identity of node ${identity.node} ${why}`)

const REFUSALS: Readonly<
  Record<ReturnDecision, ((identity: IdentityRow) => EasycertsError) | undefined>
> = {
  granted: undefined,
  revoked,
  contested: superseded,
  superseded,
  'never-confirmed': refused('was never confirmed'),
  'not-expired': refused('has not expired: it is good as it is'),
  'role-may-not': refused('is a master’s, which come back by a ticket'),
  'away-too-long': refused('expired longer ago than a node may be away'),
}

/** The same decision again, in the transaction that lets the signature happen. */
const takeBack = async (
  authority: Authority,
  writing: Writing,
  fingerprint: string,
): Promise<void> => {
  const identity = await writing.findIdentity(fingerprint)
  if (!identity) throw new EasycertsError('ERR_IDENTITY_UNKNOWN', 'the identity is gone')
  const node = await getNode(writing, identity.node)
  requireGranted(decisionOf(authority, { identity, node }), { identity, node })
  if (identity.state === 'pending') await settle(authority, writing, identity)
  const body = { node: node.name, fingerprint, expiredAt: identity.notAfter }
  await writing.appendLog(actorAt(authority, 'identity-returned', `node ${node.name}`, body))
}

/**
 * The node had switched to a successor and never came to confirm it. That it has, its proof says as
 * well as a confirmation would.
 */
const settle = async (
  authority: Authority,
  writing: Writing,
  { node, fingerprint }: IdentityRow,
): Promise<void> => {
  const previous = await writing.findIdentityOfNode(node, 'current')
  if (previous && previous.revokedAt !== null) throw revoked(previous)
  if (previous) await retire(authority, writing, previous)
  await writing.setIdentityState(fingerprint, 'current', authority.clock().toISOString())
}

/**
 * Somebody holds the key of an identity whose successor is at work: the node was copied, or its disk
 * is in other hands. Nothing is frozen, for its life is over: an old disk must lock nobody out.
 */
const tellContest = async (
  authority: Authority,
  { node, fingerprint, state, changedAt }: IdentityRow,
): Promise<void> => {
  const note = authority.returnContests.note(fingerprint, authority.clock())
  if (!note.isNews) return
  authority.events.identityAlarmed({ kind: 'return-contested', node, fingerprint })
  const body = { node, fingerprint, state, displacedAt: changedAt }
  await authority.store
    .transact((writing) =>
      writing.appendLog(
        actorAt(authority, 'return-contested', `identity ${fingerprint}`, {
          ...body,
          earlierUnrecorded: note.unrecorded,
        }),
      ),
    )
    // The refusal itself is the answer, also while nothing can be written.
    .catch(() => undefined)
}
