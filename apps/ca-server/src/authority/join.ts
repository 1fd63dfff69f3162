import type { NodeFacts } from '@easycerts/shared/cluster'
import { sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import type { PublicKey, PublicKeyPin } from '@easycerts/shared/key'
import { type Certificate, parseCertificate } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import { issueCertificate } from './issue-certificate.ts'
import { type ClaimedName, nodeOfUse } from './judge-ticket-use.ts'
import type { KeyedMutex } from './keyed-mutex.ts'
import { parseCsr } from './parse-csr.ts'
import { proveTicket, type TicketProof } from './prove-ticket.ts'
import type { TicketRow, Writing } from './store/index.ts'
import { claimTicket } from './ticket-uses.ts'
import { nodeFactsOfTicket } from './tickets.ts'

/** A proof, and the names that the joiner claims, if it said so. */
export interface JoinWish extends TicketProof, ClaimedName {
  /** Once the ticket's key is proved, before anything costs more. */
  readonly onProven?: (ticket: TicketRow, node: string) => Promise<void>
}

export interface Joined {
  readonly ticket: TicketRow
  readonly node: NodeFacts
  readonly certificate: Certificate
}

interface ProvenUse {
  readonly ticket: TicketRow
  readonly node: string
  readonly key: PublicKeyPin
  readonly request: string
}

/**
 * A ticket's proof to a node identity. A use is bound to the first key: that key gets the same
 * answer again until its identity is confirmed, any other is refused and the operator sees it.
 */
export const join = async (
  authority: Authority,
  mutex: KeyedMutex,
  wish: JoinWish,
): Promise<Joined> => {
  const ticket = await proveTicket(authority, wish)
  const name = nodeOfUse(ticket, wish)
  await wish.onProven?.(ticket, name)
  const request = parseCsr(authority, wish.csr)
  refuseKeyOfTicket(ticket, request.publicKey)
  const { pin: key } = request.publicKey
  const use = { ticket, node: name, key, request: sha256Hex(request.der) }
  const node = nodeFactsOfTicket(ticket, name)
  return mutex.run(`${ticket.id} ${name}`, async () => {
    const earlier = await findEarlierAnswer(authority, use)
    if (earlier) return { ticket, node, certificate: earlier }
    const certificate = await issueCertificate(authority, {
      request,
      profile: 'node-identity',
      requester: { kind: 'ticket', ticketId: ticket.id, node },
      withIntent: (writing) => claimTicket(authority, writing, use),
      withRecord: (writing, issued) => addPendingIdentity(writing, use, issued),
    }).catch((error: unknown) => reportContest(authority, use, error))
    return { ticket, node, certificate }
  })
}

/** A ticket has been on screens and in pipes: an identity of its key would be everybody's. */
const refuseKeyOfTicket = (ticket: TicketRow, { spki }: PublicKey): void => {
  if (ticket.publicKey.equals(spki))
    throw new EasycertsError('ERR_CSR_KEY_REJECTED', 'this is the key of the ticket itself', {
      hint: 'make a new key; the one of the ticket only proves that you hold the ticket',
    })
}

const findEarlierAnswer = async (
  authority: Authority,
  { ticket, node, key }: ProvenUse,
): Promise<Certificate | undefined> => {
  if (ticket.revokedAt !== null) return undefined
  const identity = await authority.store.read((reading) =>
    reading.findIdentityOfTicket(ticket.id, key),
  )
  const isOurs = identity?.state === 'pending' && identity.node === node
  return isOurs && new Date(identity.notAfter) >= authority.clock()
    ? parseCertificate(identity.certificate)
    : undefined
}

const addPendingIdentity = (
  writing: Writing,
  { ticket, node }: ProvenUse,
  certificate: Certificate,
): Promise<void> =>
  writing.addIdentity({
    fingerprint: certificate.fingerprint,
    node,
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
  { ticket, node, key }: ProvenUse,
  error: unknown,
): Promise<never> => {
  if (!isEasycertsError(error) || error.rule !== 'ticket-contested') throw error
  const actor = `ticket ${ticket.id}`
  const now = authority.clock()
  authority.events.ticketAlarmed({ kind: 'contested' })
  const note = authority.ticketContests.note(actor, now)
  if (!note.isNews) throw error
  authority.ticketAlarms.note(`${actor} for ${ticket.node} is claimed by a second key`, now)
  const body = { node, key, reason: error.message, earlierUnrecorded: note.unrecorded }
  await authority.store
    .transact((writing) => writing.appendLog(actorAt(authority, 'ticket-contested', actor, body)))
    // The refusal itself is the answer, also while nothing can be written.
    .catch(() => undefined)
  throw error
}
