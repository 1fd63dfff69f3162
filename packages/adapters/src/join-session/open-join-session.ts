import type { Ticket } from '@easycerts/shared/ticket'
import type { JoinSession } from './join-session.ts'
import { openAtEndpoint } from './open-at-endpoint.ts'
import type { JoinSurroundings } from './open-line.ts'
import { tryEndpoints } from './try-endpoints.ts'

/**
 * Tries the ticket's endpoints in order until one can be reached.
 * ERR_PIN_MISMATCH, ERR_CHAIN_INVALID, ERR_CLOCK_WRONG, ERR_CA_UNREACHABLE, ERR_CA_TIMEOUT,
 * ERR_CA_REPLY_INVALID.
 */
export const openJoinSession = (
  ticket: Ticket,
  surroundings: JoinSurroundings,
): Promise<JoinSession> =>
  tryEndpoints(ticket.endpoints, surroundings.signal, (endpoint) =>
    openAtEndpoint(endpoint, ticket, surroundings),
  )
