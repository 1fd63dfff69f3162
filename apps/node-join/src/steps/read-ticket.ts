import { EasycertsError } from '@easycerts/shared/errors'
import { parseTicket, type Ticket } from '@easycerts/shared/ticket'

/** A ticket has at most 2,060 characters; more input than this is something else. */
const MAX_INPUT_OCTETS = 8 * 1024

/**
 * The first line that is not blank, with or without its end. Reads no further: a pipe that stays
 * open holds nobody up. ERR_TICKET_MALFORMED, ERR_TICKET_DAMAGED.
 */
export const readTicket = async (input: AsyncIterable<Uint8Array>): Promise<Ticket> => {
  let text = ''
  for await (const chunk of input) {
    text += Buffer.from(chunk).toString('latin1')
    if (text.length > MAX_INPUT_OCTETS)
      throw new EasycertsError(
        'ERR_TICKET_MALFORMED',
        'standard input is no ticket: it is too long',
      )
    if (/\S[^\n]*\n/.test(text)) break
  }
  const line = text.trimStart().split('\n')[0] ?? ''
  if (line === '')
    throw new EasycertsError('ERR_TICKET_MALFORMED', 'there is no ticket on standard input', {
      hint: 'run "node-join < ticket" with the line that "ca-server ticket create" printed',
    })
  return parseTicket(line)
}
