import { addressBlockOf } from '@easycerts/shared/cluster'
import { decodePem } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { verifyJoinStatement } from '@easycerts/shared/ticket'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import type { TicketRow } from './store/index.ts'

/** A proof as it came over a connection. */
export interface TicketProof {
  readonly ticketId: string
  readonly csr: string
  readonly signature: Buffer
  /** Exporter of the connection that the proof came over. */
  readonly exporter: Buffer
}

/**
 * The ticket whose key made the proof. Whoever holds that key is heard however many others guess:
 * no count of wrong proofs is looked at here. ERR_TICKET_UNKNOWN, ERR_TICKET_SIGNATURE_INVALID.
 */
export const proveTicket = async (
  authority: Authority,
  { ticketId, csr, signature, exporter }: TicketProof,
): Promise<TicketRow> => {
  const request = decodePem('CERTIFICATE REQUEST', csr)
  const ticket = await findTicketToProve(authority, ticketId)
  if (!verifyJoinStatement(ticket.publicKey, { ticketId, request, exporter }, signature)) {
    await noteWrongProof(authority, 'signature')
    throw new EasycertsError(
      'ERR_TICKET_SIGNATURE_INVALID',
      'the proof of the ticket does not verify',
    )
  }
  return ticket
}

/** ERR_TICKET_UNKNOWN, which counts as a guess. */
export const findTicketToProve = async (
  authority: Authority,
  ticketId: string,
): Promise<TicketRow> => {
  const ticket = await authority.store.read((reading) => reading.findTicket(ticketId))
  if (ticket) return ticket
  await noteWrongProof(authority, 'unknown')
  throw new EasycertsError('ERR_TICKET_UNKNOWN', 'this CA knows no such ticket')
}

/** Counts it; many from one address alarm the operator, in the log too. */
export const noteWrongProof = async (
  authority: Authority,
  reason: 'unknown' | 'signature',
): Promise<void> => {
  authority.events.proofRefused({ reason })
  const now = authority.clock()
  const address = addressBlockOf(authority.origin?.address ?? 'local')
  const wrongProofs = authority.ticketAlarms.noteGuess(address, now)
  if (wrongProofs === undefined) return
  authority.ticketAlarms.note(`${wrongProofs} wrong proofs of tickets from ${address}`, now)
  authority.events.ticketAlarmed({ kind: 'guessed' })
  await authority.store
    .transact((writing) =>
      writing.appendLog(
        actorAt(authority, 'tickets-guessed', 'joining machine', {
          wrongProofs,
          lastReason: reason,
        }),
      ),
    )
    // The refusal itself is the answer, also while nothing can be written.
    .catch(() => undefined)
}
