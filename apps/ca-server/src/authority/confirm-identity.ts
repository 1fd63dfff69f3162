import { EasycertsError } from '@easycerts/shared/errors'
import { issuedAtOf, parseCertificate } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import { endPending } from './identities.ts'
import { type NodeRequester, revoked } from './identify-node.ts'
import { requireGoodStanding, requireJoinable } from './nodes/node-standing.ts'
import type { IdentityRow, TicketRow, Writing } from './store/index.ts'
import { spendTicketUse } from './ticket-uses.ts'

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
    requireGoodStanding(node.name, fresh.nodeState)
    const at = authority.clock().toISOString()
    const previous = await writing.findIdentityOfNode(node.name, 'current')
    if (isOfTicket(fresh)) await checkTicket(writing, fresh, previous)
    // What a revoked identity had asked for does not outlive it.
    else if (previous && previous.revokedAt !== null) throw revoked(previous)
    await retirePrevious(authority, writing, fresh, previous)
    await writing.setIdentityState(fresh.fingerprint, 'current', at)
    if (fresh.ticketId !== null) {
      await spendTicketUse(writing, fresh.ticketId, fresh.keyPin, at)
      await writing.putNode({ ...node, state: 'joined', stateSince: at })
      // It may be another machine.
      await writing.forgetNodeReport(node.name)
    }
    const body = { fingerprint: fresh.fingerprint, retired: previous?.fingerprint ?? null }
    await writing.appendLog(actorAt(authority, 'identity-confirmed', `node ${node.name}`, body))
  })
}

const isOfTicket = (row: IdentityRow): row is IdentityRow & { readonly ticketId: string } =>
  row.ticketId !== null

/**
 * A successor of its own retires an identity, and whoever shows that one later has a copy. A ticket
 * is an operator's word that the old key is done with: whoever holds it still proves nothing by it,
 * and must not be able to freeze the node again and again.
 */
const retirePrevious = async (
  authority: Authority,
  writing: Writing,
  { node, ticketId }: IdentityRow,
  previous: IdentityRow | undefined,
): Promise<void> => {
  const at = authority.clock().toISOString()
  if (ticketId === null) {
    if (previous) await retire(authority, writing, previous)
    return
  }
  // What the previous one had asked for goes with it: its holder may be why it was replaced.
  await endPending(authority, writing, node, 'ended')
  await writing.endIdentities(node, ['current', 'retired', 'superseded'], at)
}

/** Its own successor takes its place, which its holder has made durable before. */
export const retire = async (
  { clock, displacements }: Pick<Authority, 'clock' | 'displacements'>,
  writing: Writing,
  { fingerprint }: Pick<IdentityRow, 'fingerprint'>,
): Promise<void> => {
  await writing.setIdentityState(fingerprint, 'retired', clock().toISOString())
  displacements.note(fingerprint)
}

/**
 * What a ticket must still be worth when its identity arrives. Two open tickets may name one node:
 * the second to arrive does not push the first out unless it says so.
 */
const checkTicket = async (
  writing: Writing,
  { node, ticketId }: IdentityRow & { readonly ticketId: string },
  current: IdentityRow | undefined,
): Promise<void> => {
  const ticket = await writing.findTicket(ticketId)
  if (ticket?.revokedAt != null)
    throw new EasycertsError('ERR_TICKET_REVOKED', 'the ticket was revoked')
  if (ticket) requireJoinable(await writing.findNode(node), ticket)
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
