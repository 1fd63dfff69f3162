import type { RouteQuery } from '@easycerts/shared/api'
import { ROLES } from '@easycerts/shared/cluster'
import { TICKET_STATES } from './ticket-states.ts'

/** Which tickets `ticket list` shows; all that are given must hold. */
export interface TicketListOptions {
  readonly state?: string
  readonly node?: string
  readonly role?: string
}

type Query = Omit<RouteQuery<'ticketList'>, 'limit' | 'after'>

export const ticketQueryOf = ({ node, ...options }: TicketListOptions): Query => {
  const state = TICKET_STATES.find((each) => each === options.state)
  const role = ROLES.find((each) => each === options.role)
  return {
    ...(node === undefined ? {} : { node }),
    ...(state === undefined ? {} : { state }),
    ...(role === undefined ? {} : { role }),
  }
}
