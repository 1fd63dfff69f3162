import { PLAN_EXPORTER, signPlanStatement } from '@easycerts/shared/ticket'
import {
  type Connection,
  type HeldTicket,
  openConnection,
  type Ports,
  type RawAnswer,
} from './joiner.ts'

/** What a proof of a plan must name to be good on this connection. */
export const planExporterOf = ({ socket }: Connection): Buffer =>
  socket.exportKeyingMaterial(PLAN_EXPORTER.length, PLAN_EXPORTER.label, Buffer.alloc(0))

/** The honest body of the question what a ticket is worth, over this connection. */
export const planBody = (ticket: HeldTicket, connection: Connection) => ({
  ticket: ticket.id,
  signature: signPlanStatement(ticket.seed, {
    ticketId: ticket.id,
    exporter: planExporterOf(connection),
  }).toString('base64url'),
})

/** One question over a connection of its own; `more` is laid over the honest body. */
export const tryPlan = async (
  { joinPort }: Pick<Ports, 'joinPort'>,
  ticket: HeldTicket,
  more: Readonly<Record<string, unknown>> = {},
): Promise<RawAnswer> => {
  const connection = await openConnection(joinPort)
  try {
    const body = { ...planBody(ticket, connection), ...more }
    return await connection.send('POST', '/v1/join/plan', body)
  } finally {
    connection.close()
  }
}
