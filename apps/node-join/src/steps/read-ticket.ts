import { EasycertsError } from '@easycerts/shared/errors'
import { parseTicket, type Ticket } from '@easycerts/shared/ticket'
import { readFirstLine } from './read-first-line.ts'

/** The ticket of standard input. ERR_TICKET_MALFORMED, ERR_TICKET_DAMAGED. */
export const readTicket = async (input: AsyncIterable<Uint8Array>): Promise<Ticket> =>
  ticketIn(await readFirstLine(input))

/** What `readFirstLine` gave, as a ticket. */
export const ticketIn = (line: string | undefined): Ticket => {
  if (line === undefined)
    throw new EasycertsError('ERR_TICKET_MALFORMED', 'standard input is no ticket: it is too long')
  if (line === '')
    throw new EasycertsError('ERR_TICKET_MALFORMED', 'there is no ticket on standard input', {
      hint: 'run "node-join < ticket" with the line that "ca-server ticket create" printed',
    })
  return parseTicket(line)
}
