import { Secret } from '@easycerts/shared/encoding'
import type { Ticket } from '@easycerts/shared/ticket'
import { readFirstLine } from './read-first-line.ts'
import { ticketIn } from './read-ticket.ts'

/** What lets this machine in: a ticket of easycerts, or the token that all nodes of a CA of cfssl share. */
export type Credential =
  | { readonly kind: 'ticket'; readonly ticket: Ticket }
  | { readonly kind: 'token'; readonly text: Secret<string> }

/**
 * Told apart by their form alone. A text of neither form is a ticket that is none, or, where a token is
 * expected, a token that is none. ERR_TICKET_MALFORMED, ERR_TICKET_DAMAGED.
 */
export const readCredential = async (
  input: AsyncIterable<Uint8Array>,
  isTokenExpected: boolean,
): Promise<Credential> => {
  const line = await readFirstLine(input)
  return formOf(line ?? '', isTokenExpected) === 'token'
    ? { kind: 'token', text: new Secret(line ?? '') }
    : { kind: 'ticket', ticket: ticketIn(line) }
}

const TICKET = /^ec1\./
/** Digits, or something else of a token's length. */
const TOKEN = /^([0-9a-f]+|[0-9a-z]{32})$/i

const formOf = (line: string, isTokenExpected: boolean): Credential['kind'] =>
  !TICKET.test(line) && (isTokenExpected || TOKEN.test(line)) ? 'token' : 'ticket'
