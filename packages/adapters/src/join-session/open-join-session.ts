import { EasycertsError, isEasycertsError } from '@easycerts/shared/errors'
import type { Ticket } from '@easycerts/shared/ticket'
import { parseEndpoint } from './endpoint.ts'
import type { JoinSession } from './join-session.ts'
import { type JoinSurroundings, openAtEndpoint } from './open-at-endpoint.ts'

/**
 * Tries the ticket's endpoints in order until one can be reached. A server that is there and is not
 * the ticket's CA ends the search: falling through would hide an attack.
 * ERR_PIN_MISMATCH, ERR_CHAIN_INVALID, ERR_CLOCK_WRONG, ERR_CA_UNREACHABLE, ERR_CA_TIMEOUT,
 * ERR_CA_REPLY_INVALID.
 */
export const openJoinSession = async (
  ticket: Ticket,
  surroundings: JoinSurroundings,
): Promise<JoinSession> => {
  const failures: EasycertsError[] = []
  for (const url of ticket.endpoints) {
    try {
      return await openAtEndpoint(parseEndpoint(url), ticket, surroundings)
    } catch (error) {
      surroundings.signal.throwIfAborted()
      if (!isEasycertsError(error) || !isAbsence(error)) throw error
      failures.push(error)
    }
  }
  throw absenceOf(failures)
}

const isAbsence = ({ code }: EasycertsError) =>
  code === 'ERR_CA_UNREACHABLE' || code === 'ERR_CA_TIMEOUT'

const absenceOf = (failures: readonly EasycertsError[]): EasycertsError => {
  const [first, second] = failures
  if (first && !second) return first
  const reasons = failures.map(({ message }) => message).join('; ')
  return new EasycertsError(first?.code ?? 'ERR_CA_UNREACHABLE', reasons)
}
