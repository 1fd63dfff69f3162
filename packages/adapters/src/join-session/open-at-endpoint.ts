import type { Ticket } from '@easycerts/shared/ticket'
import { askForPlan } from './ask-for-plan.ts'
import type { Endpoint } from './endpoint.ts'
import { applyForJoin, type JoinSession } from './join-session.ts'
import { type JoinSurroundings, openLine } from './open-line.ts'
import { withTimeLimit } from './time-limit.ts'

/** A line to the CA that the ticket pins, over which the ticket can be proved. */
export const openAtEndpoint = async (
  endpoint: Endpoint,
  ticket: Ticket,
  surroundings: JoinSurroundings,
): Promise<JoinSession> => {
  const opened = await openLine(endpoint, ticket.pins, surroundings)
  const { server, time, asking, close } = opened
  const line = { ...opened.line, ticket }
  return {
    endpoint: endpoint.url,
    server,
    time,
    join: (application) => withTimeLimit(asking, (stage) => applyForJoin(line, application, stage)),
    plan: (question) => withTimeLimit(asking, (stage) => askForPlan(line, question, stage)),
    close,
  }
}
