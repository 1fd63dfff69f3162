import { parseReply, ROUTES, type RouteReply } from '@easycerts/shared/api'
import { EasycertsError } from '@easycerts/shared/errors'
import { PLAN_EXPORTER, signPlanStatement } from '@easycerts/shared/ticket'
import { exchange } from './exchange.ts'
import type { VerifiedLine } from './verified-line.ts'

/** Who asks, as far as the ticket leaves it open. */
export interface PlanQuestion {
  /** Pin of the key that a join of this machine is under way with. */
  readonly key?: string
  readonly node?: string
  readonly hostname?: string
}

/** Shows the ticket by a proof that is good for no join, and spends nothing. */
export const askForPlan = async (
  { socket, ticket, ...line }: VerifiedLine,
  question: PlanQuestion,
  signal: AbortSignal,
): Promise<RouteReply<'joinPlan'>> => {
  if (socket.destroyed)
    throw new EasycertsError('ERR_CA_UNREACHABLE', `${line.endpoint.url} closed the connection`)
  const { label, length } = PLAN_EXPORTER
  const signature = signPlanStatement(ticket.seed, {
    ticketId: ticket.id,
    exporter: socket.exportKeyingMaterial(length, label, Buffer.alloc(0)),
  })
  const { method, path } = ROUTES.joinPlan
  const body = { ticket: ticket.id, signature: signature.toString('base64url'), ...question }
  return parseReply('joinPlan', await exchange(line, { method, path, body }, signal))
}
