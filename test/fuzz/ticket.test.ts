import { formatTicket, parseNamePattern, parseTicket } from '@easycerts/shared/ticket'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateText } from '../support/fuzz/mutate-text.ts'
import { mutateTicket } from '../support/fuzz/mutate-ticket.ts'

describeFuzz(
  {
    parser: 'ticket',
    mutate: (input, other, random) =>
      random() < 0.5 ? mutateText(input, other, random) : mutateTicket(input, other, random),
    parse: (input) => parseTicket(input.toString('utf8')),
    format: (ticket) => Buffer.from(formatTicket(ticket).reveal()),
  },
  ['value', 'ERR_TICKET_MALFORMED', 'ERR_TICKET_DAMAGED'],
)

describeFuzz(
  {
    parser: 'name-pattern',
    mutate: mutateText,
    parse: (input) => {
      const { matches, ...facts } = parseNamePattern(input.toString('utf8'))
      return { ...facts, isWide: matches('kubernetes') }
    },
    format: ({ text }) => Buffer.from(text),
    isCanonical: true,
  },
  ['value', 'ERR_NAME_INVALID'],
)
