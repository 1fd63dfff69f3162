import type { NodeFacts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import {
  type Certificate,
  issuedAtOf,
  parseCertificate,
  parseCertificateRequest,
} from '@easycerts/shared/x509'
import { actorAt, type Authority } from './authority.ts'
import { requireGoodClock } from './clock-guard.ts'
import { issueCertificate } from './issue-certificate.ts'
import type { KeyedMutex } from './keyed-mutex.ts'
import { findReconciliation, isReconciling } from './reconciliation.ts'
import type { IdentityRow, Reading, Writing } from './store/index.ts'
import { nodeFactsOfTicket } from './tickets.ts'

/** A node that showed an identity of ours on this very request. */
export interface NodeRequester {
  readonly identity: IdentityRow
  readonly node: NodeFacts
}

/**
 * The requester behind a client certificate, by the SHA-256 of its DER: what TLS says of the
 * connection is no authorisation. ERR_IDENTITY_UNKNOWN, ERR_IDENTITY_SUPERSEDED,
 * ERR_IDENTITY_REVOKED.
 */
export const identifyNode = async (
  authority: Authority,
  fingerprint: string,
): Promise<NodeRequester> =>
  authority.store.read(async (reading) => {
    const identity = await reading.findIdentity(fingerprint)
    if (!identity) throw await unknownIdentity(authority, reading)
    if (identity.revokedAt !== null) throw revoked(identity)
    if (identity.state === 'retired' || identity.state === 'superseded')
      throw new EasycertsError(
        'ERR_IDENTITY_SUPERSEDED',
        `a newer identity of node ${identity.node} has taken its place`,
      )
    if (new Date(identity.notAfter) < authority.clock()) {
      // By a clock that is wrong, nobody has expired.
      await requireGoodClock(authority)
      throw new EasycertsError(
        'ERR_CERTIFICATE_EXPIRED',
        `the identity of node ${identity.node} has expired`,
      )
    }
    await refuseUnsettled(authority, reading, identity)
    return { identity, node: await factsOf(reading, identity) }
  })

const revoked = ({ node, revokedAt }: IdentityRow) =>
  new EasycertsError(
    'ERR_IDENTITY_REVOKED',
    `the identity of node ${node} was revoked at ${revokedAt ?? ''}`,
  )

/** After a restore, one that is not on record may be newer than the backup: see `adoptIdentity`. */
const unknownIdentity = async (
  { clock }: Authority,
  reading: Pick<Reading, 'findMeta'>,
): Promise<EasycertsError> =>
  isReconciling(await findReconciliation(reading), clock())
    ? new EasycertsError('ERR_IDENTITY_UNRECORDED', 'the restored records lack this identity')
    : new EasycertsError('ERR_IDENTITY_UNKNOWN', 'this CA issued no such identity')

/** One that was pending in the backup may have been confirmed since: its node says so by adoption. */
const refuseUnsettled = async (
  { clock }: Authority,
  reading: Pick<Reading, 'findMeta'>,
  identity: IdentityRow,
): Promise<void> => {
  if (identity.state !== 'pending') return
  const reconciliation = await findReconciliation(reading)
  if (!isReconciling(reconciliation, clock())) return
  const { validity } = parseCertificate(identity.certificate)
  if (issuedAtOf(validity) < new Date(reconciliation.since))
    throw new EasycertsError(
      'ERR_IDENTITY_UNRECORDED',
      `the restored records hold the identity of node ${identity.node} as not confirmed`,
    )
}

/** Until it is confirmed, an identity speaks for what its ticket said; then for what the record says. */
const factsOf = async (
  reading: Pick<Writing, 'findTicket' | 'findNode'>,
  identity: IdentityRow,
): Promise<NodeFacts> => {
  const ticket =
    identity.state === 'pending' && identity.ticketId !== null
      ? await reading.findTicket(identity.ticketId)
      : undefined
  if (ticket) return nodeFactsOfTicket(ticket)
  const node = await reading.findNode(identity.node)
  if (!node)
    throw new EasycertsError('ERR_IDENTITY_UNKNOWN', `node ${identity.node} is not in the records`)
  const { name, role, hosts, clusterAdmin } = node
  return { name, role, hosts, clusterAdmin }
}

/** An identity that was never confirmed may only confirm itself and read. */
export const requireCurrent = ({ identity }: NodeRequester): void => {
  if (identity.state !== 'current')
    throw new EasycertsError(
      'ERR_IDENTITY_UNKNOWN',
      `the identity of node ${identity.node} is not confirmed yet`,
      {
        hint: 'confirm it first: node-join and certmgr do so by themselves',
      },
    )
}

const isStillCurrent = async (writing: Writing, { identity }: NodeRequester): Promise<boolean> => {
  const fresh = await writing.findIdentity(identity.fingerprint)
  return fresh?.state === 'current' && fresh.revokedAt === null
}

/** The same inside the transaction that lets a signature happen: the look-up was a moment ago. */
export const requireStillCurrent = async (
  writing: Writing,
  requester: NodeRequester,
): Promise<void> => {
  if (!(await isStillCurrent(writing, requester)))
    throw new EasycertsError(
      'ERR_IDENTITY_SUPERSEDED',
      `a newer identity of node ${requester.node.name} has taken its place`,
    )
}

/**
 * First phase of a renewal: a pending successor. The same key gets the same certificate again;
 * another key takes the pending one's place.
 */
export const renewIdentity = async (
  authority: Authority,
  mutex: KeyedMutex,
  requester: NodeRequester,
  csr: string,
): Promise<Certificate> => {
  requireCurrent(requester)
  const request = parseCertificateRequest(csr)
  const { node } = requester
  if (request.publicKey.pin === requester.identity.keyPin)
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'an identity is renewed with a new key')
  return mutex.run(`node ${node.name}`, async () => {
    const pending = await authority.store.read((reading) => reading.findPendingRenewal(node.name))
    if (pending?.keyPin === request.publicKey.pin) return parseCertificate(pending.certificate)
    return issueCertificate(authority, {
      request,
      profile: 'node-identity',
      requester: { kind: 'node', node, fingerprint: requester.identity.fingerprint },
      withIntent: (writing) => requireStillCurrent(writing, requester),
      withRecord: async (writing, certificate) => {
        // Retired while we signed: what is recorded must not take the place of what retired it.
        const isCurrent = await isStillCurrent(writing, requester)
        if (isCurrent) await supersedePending(authority, writing, node.name)
        await writing.addIdentity({
          fingerprint: certificate.fingerprint,
          node: node.name,
          certificate: certificate.der,
          keyPin: certificate.pin,
          ticketId: null,
          state: isCurrent ? 'pending' : 'superseded',
          notAfter: certificate.validity.notAfter.toISOString(),
        })
      },
    })
  })
}

const supersedePending = async (
  authority: Authority,
  writing: Writing,
  node: string,
): Promise<void> => {
  const pending = await writing.findPendingRenewal(node)
  if (!pending) return
  await writing.setIdentityState(pending.fingerprint, 'superseded', authority.clock().toISOString())
  await writing.appendLog(
    actorAt(authority, 'identity-superseded', `node ${node}`, { fingerprint: pending.fingerprint }),
  )
}

/** Second phase, over the new certificate: it becomes current and retires the old one. Idempotent. */
export const confirmIdentity = async (
  authority: Authority,
  { identity, node }: NodeRequester,
): Promise<void> => {
  if (identity.state === 'current') return
  await authority.store.transact(async (writing) => {
    const fresh = await writing.findIdentity(identity.fingerprint)
    if (fresh && fresh.revokedAt !== null) throw revoked(fresh)
    if (fresh?.state === 'current') return
    if (fresh?.state !== 'pending')
      throw new EasycertsError(
        'ERR_IDENTITY_SUPERSEDED',
        `a newer identity of node ${node.name} exists`,
      )
    const at = authority.clock().toISOString()
    const previous = await writing.findIdentityOfNode(node.name, 'current')
    if (fresh.ticketId !== null) await checkTicket(writing, fresh.ticketId, previous !== undefined)
    // What a revoked identity had asked for does not outlive it.
    else if (previous && previous.revokedAt !== null) throw revoked(previous)
    if (previous) await writing.setIdentityState(previous.fingerprint, 'retired', at)
    await writing.setIdentityState(fresh.fingerprint, 'current', at)
    // What the previous one had asked for goes with it: its holder may be why it was replaced.
    await supersedePending(authority, writing, node.name)
    if (fresh.ticketId !== null) {
      await writing.spendTicket(fresh.ticketId, at)
      await writing.putNode({ ...node, state: 'joined' })
    }
    const body = { fingerprint: fresh.fingerprint, retired: previous?.fingerprint ?? null }
    await writing.appendLog(actorAt(authority, 'identity-confirmed', `node ${node.name}`, body))
  })
}

/**
 * What a ticket must still be worth when its identity arrives. Two open tickets may name one node:
 * the second to arrive does not push the first out unless it says so.
 */
const checkTicket = async (
  writing: Writing,
  ticketId: string,
  hasCurrent: boolean,
): Promise<void> => {
  const ticket = await writing.findTicket(ticketId)
  if (ticket?.revokedAt != null)
    throw new EasycertsError('ERR_TICKET_REVOKED', 'the ticket was revoked')
  if (hasCurrent && ticket?.replace !== true)
    throw new EasycertsError('ERR_NODE_EXISTS', 'the node has joined already, by another ticket')
}
