import type { Logger } from 'pino'
import type { AuthorityListener } from '../authority/index.ts'

/** What of the CA's acts stands in the server's own log beside the issuance log. */
export const logOfEvents = (log: Logger): Partial<AuthorityListener> => ({
  refused: (refusal) => log.warn({ ...refusal }, 'refused by policy'),
  shutOut: ({ node, state, reason }) => log.warn({ node, state, reason }, 'node shut out'),
  identityAlarmed: (alarm) =>
    log.error({ ...alarm }, 'an identity was used by somebody who should not have it'),
  ticketAlarmed: (alarm) => log.error({ ...alarm }, 'a ticket was guessed at or claimed twice'),
  ticketPlanned: (plan) => log.info({ ...plan }, 'somebody asked what a ticket is worth'),
})
