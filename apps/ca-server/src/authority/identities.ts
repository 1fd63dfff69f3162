import { EasycertsError } from '@easycerts/shared/errors'
import { type Certificate, issuedAtOf, parseCertificate } from '@easycerts/shared/x509'
import { actorAt, type Authority } from './authority.ts'
import { type NodeRequester, revoked } from './identify-node.ts'
import { issueCertificate } from './issue-certificate.ts'
import type { KeyedMutex } from './keyed-mutex.ts'
import { parseCsr } from './parse-csr.ts'
import type { IdentityRow, TicketRow, Writing } from './store/index.ts'

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
  const request = parseCsr(authority, csr)
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
    if (fresh.ticketId !== null) await checkTicket(writing, fresh.ticketId, previous)
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
  current: IdentityRow | undefined,
): Promise<void> => {
  const ticket = await writing.findTicket(ticketId)
  if (ticket?.revokedAt != null)
    throw new EasycertsError('ERR_TICKET_REVOKED', 'the ticket was revoked')
  if (current && ticket?.replace !== true)
    throw new EasycertsError('ERR_NODE_EXISTS', 'the node has joined already, by another ticket')
  if (current && ticket) await refuseStaleDemotion(writing, ticket, current)
}

/** Whoever made a ticket for a worker need not have been one who may replace a master. */
const refuseStaleDemotion = async (
  writing: Writing,
  { node: name, role, createdAt }: TicketRow,
  current: IdentityRow,
): Promise<void> => {
  const node = await writing.findNode(name)
  const isLater = issuedAtOf(parseCertificate(current.certificate).validity) > new Date(createdAt)
  if (node?.role === 'master' && role !== 'master' && isLater)
    throw new EasycertsError(
      'ERR_NODE_EXISTS',
      `node ${name} has joined as a master after this ticket was made`,
    )
}
