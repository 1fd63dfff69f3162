import type { Logger } from 'pino'
import type { AuthorityListener } from '../authority/index.ts'

/** What of the CA's acts stands in the server's own log beside the issuance log. */
export const logOfEvents = (log: Logger): Partial<AuthorityListener> => ({
  refused: (refusal) => log.warn({ ...refusal }, 'refused by policy'),
})
