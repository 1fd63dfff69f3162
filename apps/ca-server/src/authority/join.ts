import { decodePem } from '@easycerts/shared/encoding'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import { verifyJoinStatement } from '@easycerts/shared/ticket'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'
import { actorAt, type Authority } from './authority.ts'
import { issueCertificate } from './issue-certificate.ts'
import type { KeyedMutex } from './keyed-mutex.ts'
import { parseCsr } from './parse-csr.ts'
import type { TicketRow, Writing } from './store/index.ts'
import { nodeFactsOfTicket, stateOfTicket } from './tickets.ts'

export interface JoinWish {
  readonly ticketId: string
  readonly csr: string
  readonly signature: Buffer
  /** Exporter of the connection that the wish came over. */
  readonly exporter: Buffer
  /** The node name that the joiner expects, if it said so. */
  readonly node: string | undefined
}

export interface Joined {
  readonly ticket: TicketRow
  readonly certificate: Certificate
}

/**
 * A ticket's proof to a node identity. Bound to the first key: that key gets the same answer again
 * until its identity is confirmed, any other is refused and the operator sees it in the log.
 */
export const join = async (
  authority: Authority,
  mutex: KeyedMutex,
  wish: JoinWish,
): Promise<Joined> => {
  const ticket = await authority.store.read((reading) => reading.findTicket(wish.ticketId))
  if (!ticket) throw new EasycertsError('ERR_TICKET_UNKNOWN', 'this CA knows no such ticket')
  checkProof(ticket, wish)
  if (wish.node !== undefined && wish.node !== ticket.node)
    throw new EasycertsError('ERR_NODE_NAME_MISMATCH', `the ticket is for node ${ticket.node}`)
  const request = parseCsr(authority, wish.csr)
  return mutex.run(ticket.id, async () => {
    const earlier = await findEarlierAnswer(authority, ticket, request.publicKey.pin)
    if (earlier) return { ticket, certificate: earlier }
    const certificate = await issueCertificate(authority, {
      request,
      profile: 'node-identity',
      requester: { kind: 'ticket', ticketId: ticket.id, node: nodeFactsOfTicket(ticket) },
      withIntent: (writing) => claimTicket(authority, writing, ticket.id, request.publicKey.pin),
      withRecord: (writing, issued) => addPendingIdentity(writing, ticket, issued),
    }).catch((error: unknown) => reportContest(authority, ticket, request.publicKey.pin, error))
    return { ticket, certificate }
  })
}

const checkProof = (ticket: TicketRow, wish: JoinWish): void => {
  const statement = {
    ticketId: ticket.id,
    request: decodePem('CERTIFICATE REQUEST', wish.csr),
    exporter: wish.exporter,
  }
  if (!verifyJoinStatement(ticket.publicKey, statement, wish.signature))
    throw new EasycertsError(
      'ERR_TICKET_SIGNATURE_INVALID',
      'the proof of the ticket does not verify',
    )
}

const findEarlierAnswer = async (
  authority: Authority,
  ticket: TicketRow,
  pin: PublicKeyPin,
): Promise<Certificate | undefined> => {
  if (ticket.revokedAt !== null) return undefined
  const identity = await authority.store.read((reading) => reading.findIdentityOfTicket(ticket.id))
  const isOurs = identity?.state === 'pending' && identity.keyPin === pin
  return isOurs && new Date(identity.notAfter) >= authority.clock()
    ? parseCertificate(identity.certificate)
    : undefined
}

const claimTicket = async (
  authority: Authority,
  writing: Writing,
  id: string,
  pin: PublicKeyPin,
): Promise<void> => {
  const ticket = await writing.findTicket(id)
  if (!ticket) throw new EasycertsError('ERR_TICKET_UNKNOWN', 'this CA knows no such ticket')
  const state = stateOfTicket(ticket, authority.clock())
  if (state === 'revoked') throw new EasycertsError('ERR_TICKET_REVOKED', 'the ticket was revoked')
  if (state === 'spent' || (state === 'bound' && ticket.boundKey !== pin))
    throw new EasycertsError('ERR_TICKET_SPENT', 'the ticket was used already, with another key')
  // A bound one too: its key may hear its answer again later, but gets no new one.
  if (new Date(ticket.expiresAt) <= authority.clock())
    throw new EasycertsError('ERR_TICKET_EXPIRED', `the ticket expired at ${ticket.expiresAt}`)
  const current = await writing.findIdentityOfNode(ticket.node, 'current')
  if (current && !ticket.replace)
    throw new EasycertsError('ERR_NODE_EXISTS', `node ${ticket.node} has joined already`)
  if (state === 'bound') return
  await writing.bindTicket(id, pin)
  await writing.appendLog(
    actorAt(authority, 'ticket-bound', `ticket ${id}`, { node: ticket.node, key: pin }),
  )
  if (!(await writing.findNode(ticket.node)))
    await writing.putNode({ ...nodeFactsOfTicket(ticket), role: ticket.role, state: 'joining' })
}

const addPendingIdentity = (
  writing: Writing,
  ticket: TicketRow,
  certificate: Certificate,
): Promise<void> =>
  writing.addIdentity({
    fingerprint: certificate.fingerprint,
    node: ticket.node,
    certificate: certificate.der,
    keyPin: certificate.pin,
    ticketId: ticket.id,
    state: 'pending',
    notAfter: certificate.validity.notAfter.toISOString(),
  })

/**
 * A second key at a used ticket is a thief, before or after the honest node: the operator must see
 * it, once an hour for each ticket, for whoever holds one could fill the log.
 */
const reportContest = async (
  authority: Authority,
  ticket: TicketRow,
  pin: PublicKeyPin,
  error: unknown,
): Promise<never> => {
  if (!isEasycertsError(error) || error.code !== 'ERR_TICKET_SPENT') throw error
  const actor = `ticket ${ticket.id}`
  const note = authority.ticketContests.note(actor, authority.clock())
  if (!note.isNews) throw error
  const body = { node: ticket.node, key: pin, earlierUnrecorded: note.unrecorded }
  await authority.store.transact((writing) =>
    writing.appendLog(actorAt(authority, 'ticket-contested', actor, body)),
  )
  throw error
}
