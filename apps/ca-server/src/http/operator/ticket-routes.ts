import { nextOfFullPage, parseCursor } from '@easycerts/shared/api'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  createTicket,
  revokeTicket,
  stateOfTicket,
  type TicketGrant,
  type TicketRow,
  withOrigin,
} from '../../authority/index.ts'
import { operatorNameOf, operatorOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'

const replyOf = (grant: TicketGrant) => ({
  ...grant,
  pins: [...grant.pins],
  endpoints: [...grant.endpoints],
  expiresAt: grant.expiresAt.toISOString(),
})

const placeOf = (cursor: string): Pick<TicketRow, 'createdAt' | 'id'> => {
  const [createdAt, id] = parseCursor(cursor, ['string', 'string'])
  return { createdAt: String(createdAt), id: String(id) }
}

export const registerTicketRoutes = (server: FastifyInstance, authority: Authority): void => {
  const summary = (ticket: TicketRow) => ({
    ...ticket,
    state: stateOfTicket(ticket, authority.clock()),
  })
  registerRoute(server, 'ticketCreate', async ({ body, request, keepAnswer }) => {
    const wish = { ...body, publicKey: Buffer.from(body.publicKey, 'base64url') }
    return replyOf(
      await createTicket(
        withOrigin(authority, originOf(request)),
        operatorOf(request),
        wish,
        (writing, grant) => keepAnswer(writing, replyOf(grant)),
      ),
    )
  })
  registerRoute(server, 'ticketList', async ({ query }) => {
    const limit = Number(query.limit)
    const rows = await authority.store.read((reading) =>
      reading.listTickets(limit, query.after === undefined ? undefined : placeOf(query.after)),
    )
    const next = nextOfFullPage(rows, limit, ({ createdAt, id }) => [createdAt, id])
    return { tickets: rows.map(summary), next }
  })
  registerRoute(server, 'ticketRevoke', async ({ params, request }) =>
    summary(
      await revokeTicket(
        withOrigin(authority, originOf(request)),
        operatorNameOf(request),
        params['id'] ?? '',
      ),
    ),
  )
}
