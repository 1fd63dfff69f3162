import {
  type IdentityStore,
  type Joining,
  loadJoining,
  type PreparedRequest,
  removeJoining,
  removePrepared,
  saveJoining,
} from '@easycerts/adapters/identity-store'
import type { JoinSession } from '@easycerts/adapters/join-session'
import { witnessJoin } from '@easycerts/adapters/log-witness'
import type { TrustStore } from '@easycerts/adapters/trust-store'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { type ExportableKey, generateSigningKey } from '@easycerts/shared/key'
import { parseSignedTrust, recallTrust } from '@easycerts/shared/trust'
import { buildCertificateRequest, type Certificate, certificatePem } from '@easycerts/shared/x509'
import type { JoinDecision } from '../plan/decide-join.ts'
import { acceptTrust } from './accept-trust.ts'
import { checkedIdentity } from './checked-identity.ts'

export interface IdentityWish {
  readonly ticketId: string
  readonly decision: JoinDecision
  /** Given unless the identity is there already. */
  readonly session: JoinSession | undefined
  readonly trust: TrustStore
  /** Resolves once the identity is valid by the clock of this machine too; ERR_CLOCK_WRONG. */
  readonly awaitValidity: (what: string, certificate: Certificate) => Promise<void>
  /** The node that the operator says this is. */
  readonly node: string | undefined
  /** What the machine calls itself, for a ticket that leaves the name to it. */
  readonly hostname?: string | undefined
  /** A key and a request that were made before the ticket, which may be bound to them. */
  readonly prepared?: PreparedRequest | undefined
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
  await settle(store, wish)
}

const ask = async (
  store: IdentityStore,
  session: JoinSession,
  wish: IdentityWish,
): Promise<void> => {
  const { ticketId, node, hostname } = wish
  const key = await keyFor(store, wish)
  const reply = await session
    .join({
      csr: requestFor(key, wish),
      ...(node === undefined ? {} : { node }),
      ...(hostname === undefined ? {} : { hostname }),
    })
    .catch(async (error: unknown) => {
      if (wish.decision.kind === 'ask' && isRefusal(error)) await forget(store)
      throw error
    })
  const certificate = checkedIdentity(reply, key, session)
  await wish.awaitValidity('the identity', certificate)
  const trust = acceptTrust(reply, session, wish.trust)
  await witnessJoin(store.directory, reply.log, certificate.fingerprint)
  const answer = {
    node: reply.node,
    cluster: reply.cluster,
    endpoints: reply.endpoints,
    ...(reply.description === undefined ? {} : { description: reply.description }),
    anchor: certificatePem(session.server.anchor),
    ...(trust ? { trust: trust.signed } : {}),
  }
  await saveJoining(store.directory, joiningOf(ticketId, key, answer))
  await store.savePendingCertificate('join', certificate)
}

const keyFor = async (
  store: IdentityStore,
  { ticketId, decision, prepared }: IdentityWish,
): Promise<ExportableKey> => {
  const pending = decision.kind === 'ask-again' ? store.loadPending('join') : undefined
  if (pending) return pending.key
  const key = prepared?.key ?? (await generateSigningKey('ecdsa-p256'))
  await saveJoining(store.directory, joiningOf(ticketId, key))
  await store.savePending('join', key)
  return key
}

/** The very request that was prepared: a ticket may be bound to its octets. */
const requestFor = (key: ExportableKey, { prepared }: IdentityWish): string =>
  prepared?.key.publicKey.pin === key.publicKey.pin ? prepared.csr : buildCertificateRequest(key)

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
const settle = async (
  store: IdentityStore,
  { trust: trustStore, prepared }: IdentityWish,
): Promise<void> => {
  const joining = loadJoining(store.directory)
  // Another ticket's join stays as it is: its key may be bound at the CA already.
  if (!joining?.answer || joining.keyPin !== store.load()?.certificate.pin) return
  const { anchor, trust, ...answer } = joining.answer
  await store.saveAnchor(anchor)
  const step = trust && recallTrust(parseSignedTrust(trust))
  if (step?.kind === 'accepted') await trustStore.save(step.trust)
  else await trustStore.forget()
  await store.saveRecord({ version: 1, ticketId: joining.ticketId, ...answer })
  if (prepared?.key.publicKey.pin === joining.keyPin) await removePrepared(store.directory)
  await removeJoining(store.directory)
}
