/** What a ticket may be to those who list tickets. */
export const TICKET_STATES = ['open', 'bound', 'spent', 'expired', 'revoked'] as const
