import type { TLSSocket } from 'node:tls'
import type { Ticket } from '@easycerts/shared/ticket'
import type { Line } from './exchange.ts'

/** A verified connection, and the ticket that it will carry a proof of. */
export interface VerifiedLine extends Line {
  readonly socket: TLSSocket
  readonly ticket: Ticket
}
