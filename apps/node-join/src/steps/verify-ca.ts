import { describeOffset, type JoinSession, openJoinSession } from '@easycerts/adapters/join-session'
import type { Ticket } from '@easycerts/shared/ticket'
import { seconds } from '@easycerts/shared/time'
import type { Machine, Outcome } from '../machine/index.ts'

/** Below it the figure says more about the network than about the clocks. */
const NOTABLE_OFFSET = seconds(2)

/** Finds the CA that the ticket pins; nothing but the wish to know the time is sent to it. */
export const verifyCa = async (ticket: Ticket, machine: Machine): Promise<Outcome<JoinSession>> => {
  const session = await openJoinSession(ticket, machine)
  const pin = session.server.anchor.pin.slice(0, 16)
  return { value: session, done: `verified the CA at ${session.endpoint} (pin ${pin}…)` }
}

/** What the operator should know of the clocks, if anything. */
export const clockWarning = ({ time: { offset } }: JoinSession): string | undefined =>
  Math.abs(offset) > NOTABLE_OFFSET ? describeOffset(offset) : undefined
