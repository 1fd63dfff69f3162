import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  createTicket,
  revokeTicket,
  stateOfTicket,
  type TicketRow,
} from '../../authority/index.ts'
import { registerRoute } from '../register-route.ts'

export const registerTicketRoutes = (
  server: FastifyInstance,
  authority: Authority,
  operator: string,
): void => {
  const summary = (ticket: TicketRow) => ({
    ...ticket,
    state: stateOfTicket(ticket, authority.clock()),
  })
  registerRoute(server, 'ticketCreate', async ({ body }) => {
    const { publicKey, ...wish } = body
    const grant = await createTicket(authority, operator, {
      ...wish,
      publicKey: Buffer.from(publicKey, 'base64url'),
    })
    return {
      ...grant,
      pins: [...grant.pins],
      endpoints: [...grant.endpoints],
      expiresAt: grant.expiresAt.toISOString(),
    }
  })
  registerRoute(server, 'ticketList', async ({ query }) => ({
    tickets: (
      await authority.store.read((reading) => reading.listTickets(Number(query.limit)))
    ).map(summary),
  }))
  registerRoute(server, 'ticketRevoke', async ({ params }) =>
    summary(await revokeTicket(authority, operator, params['id'] ?? '')),
  )
}
