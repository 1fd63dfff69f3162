import {
  type IdentityStore,
  type Joining,
  loadJoining,
  removeJoining,
  saveJoining,
} from '@easycerts/adapters/identity-store'
import type { JoinSession } from '@easycerts/adapters/join-session'
import { witnessJoin } from '@easycerts/adapters/log-witness'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { buildCertificateRequest, certificatePem } from '@easycerts/shared/x509'
import type { JoinDecision } from '../plan/decide-join.ts'
import { checkedIdentity } from './checked-identity.ts'

export interface IdentityWish {
  readonly ticketId: string
  readonly decision: JoinDecision
  /** Given unless the identity is there already. */
  readonly session: JoinSession | undefined
  /** The node that the operator says this is. */
  readonly node: string | undefined
}

/**
 * Comes by the identity, from wherever an earlier run was cut short: each step is durable before
 * the next, and the key before the request that spends the ticket.
 */
export const obtainIdentity = async (store: IdentityStore, wish: IdentityWish): Promise<void> => {
  const { decision, session } = wish
  if (decision.kind === 'ask' || decision.kind === 'ask-again') {
    if (!session)
      throw new EasycertsError(
        'ERR_SERVER_RUNNING',
        'another run of node-join changed the identity',
      )
    await ask(store, session, wish)
  }
  if (decision.kind !== 'continue') await store.promotePending('join')
  // A promotion that was cut short left a second copy of the key.
  else if (!store.loadPending('join')) await store.discardPending('join')
  await settle(store)
}

const ask = async (
  store: IdentityStore,
  session: JoinSession,
  wish: IdentityWish,
): Promise<void> => {
  const { ticketId, node } = wish
  const key = await keyFor(store, wish)
  const csr = buildCertificateRequest(key)
  const reply = await session
    .join({ csr, ...(node === undefined ? {} : { node }) })
    .catch(async (error: unknown) => {
      if (wish.decision.kind === 'ask' && isRefusal(error)) await forget(store)
      throw error
    })
  const certificate = checkedIdentity(reply, key, session)
  await witnessJoin(store.directory, reply.log, certificate.fingerprint)
  const answer = {
    node: reply.node,
    cluster: reply.cluster,
    endpoints: reply.endpoints,
    anchor: certificatePem(session.server.anchor),
  }
  await saveJoining(store.directory, joiningOf(ticketId, key, answer))
  await store.savePendingCertificate('join', certificate)
}

const keyFor = async (
  store: IdentityStore,
  { ticketId, decision }: IdentityWish,
): Promise<ExportableKey> => {
  const pending = decision.kind === 'ask-again' ? store.loadPending('join') : undefined
  if (pending) return pending.key
  const key = await generateSigningKey('ecdsa-p256')
  await saveJoining(store.directory, joiningOf(ticketId, key))
  await store.savePending('join', key)
  return key
}

const joiningOf = (
  ticketId: string,
  key: ExportableKey,
  answer?: NonNullable<Joining['answer']>,
): Joining => ({ version: 1, ticketId, keyPin: key.publicKey.pin, ...(answer ? { answer } : {}) })

/** The CA said no: it issued nothing for this key. Whatever else failed may have come after a yes. */
const isRefusal = (error: unknown): boolean =>
  isEasycertsError(error) && !error.retry && error.status >= 400 && error.status < 500

const forget = async (store: IdentityStore): Promise<void> => {
  await store.discardPending('join')
  await removeJoining(store.directory)
}

/** Notes what came with the identity, and then that the join is no longer under way. */
const settle = async (store: IdentityStore): Promise<void> => {
  const joining = loadJoining(store.directory)
  // Another ticket's join stays as it is: its key may be bound at the CA already.
  if (!joining?.answer || joining.keyPin !== store.load()?.certificate.pin) return
  const { anchor, ...answer } = joining.answer
  await store.saveAnchor(anchor)
  await store.saveRecord({ version: 1, ticketId: joining.ticketId, ...answer })
  await removeJoining(store.directory)
}
