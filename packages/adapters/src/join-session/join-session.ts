import { parseReply, ROUTES, type RouteReply } from '@easycerts/shared/api'
import { decodePem } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { JOIN_EXPORTER, signJoinStatement } from '@easycerts/shared/ticket'
import type { PinnedPath } from '@easycerts/shared/x509'
import type { PlanQuestion } from './ask-for-plan.ts'
import type { ServerTime } from './ask-server-time.ts'
import { exchange } from './exchange.ts'
import type { VerifiedLine } from './verified-line.ts'

/** What the node sends: its request, and the name that it believes is its own. */
export interface JoinApplication {
  /** PEM. */
  readonly csr: string
  readonly node?: string
  /** What the machine calls itself. */
  readonly hostname?: string
}

/** An open connection with a CA that the ticket pins, verified in everything. */
export interface JoinSession {
  readonly endpoint: string
  readonly server: PinnedPath
  readonly time: ServerTime
  /** Spends the ticket. The same key gets the same answer again until the identity is confirmed. */
  join(application: JoinApplication): Promise<RouteReply<'join'>>
  /** What the ticket would give; it is not used. */
  plan(question: PlanQuestion): Promise<RouteReply<'joinPlan'>>
  close(): void
}

/**
 * Sends the request with a proof that the ticket's key made for this connection and this key: a
 * server in the middle could use it nowhere.
 */
export const applyForJoin = async (
  { socket, ticket, ...line }: VerifiedLine,
  { csr, node, hostname }: JoinApplication,
  signal: AbortSignal,
): Promise<RouteReply<'join'>> => {
  if (socket.destroyed)
    throw new EasycertsError('ERR_CA_UNREACHABLE', `${line.endpoint.url} closed the connection`)
  const { label, length } = JOIN_EXPORTER
  const signature = signJoinStatement(ticket.seed, {
    ticketId: ticket.id,
    request: decodePem('CERTIFICATE REQUEST', csr),
    exporter: socket.exportKeyingMaterial(length, label, Buffer.alloc(0)),
  })
  const { method, path } = ROUTES.join
  const body = {
    ticket: ticket.id,
    csr,
    signature: signature.toString('base64url'),
    ...(node === undefined ? {} : { node }),
    ...(hostname === undefined ? {} : { hostname }),
  }
  return parseReply('join', await exchange(line, { method, path, body }, signal))
}
