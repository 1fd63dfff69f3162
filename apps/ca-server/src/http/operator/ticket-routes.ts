import { nextOfFullPage, parseCursor, type RouteBody } from '@easycerts/shared/api'
import { parseNodeName } from '@easycerts/shared/cluster'
import { isNamePattern, parseNamePattern } from '@easycerts/shared/ticket'
import type { FastifyInstance } from 'fastify'
import {
  type Authority,
  createTicket,
  createTickets,
  describeTicket,
  revokeOpenTickets,
  revokeTicket,
  stateOfTicket,
  type TicketGrant,
  type TicketGrants,
  type TicketRow,
  type TicketWish,
  withOrigin,
} from '../../authority/index.ts'
import { operatorNameOf, operatorOf } from '../operator-caller.ts'
import { registerRoute } from '../register-route.ts'
import { originOf } from '../request-origin.ts'

const wishOf = (body: RouteBody<'ticketCreate'>): TicketWish => ({
  ...body,
  publicKey: Buffer.from(body.publicKey, 'base64url'),
})

/** What its maker needs for the line of the ticket, beside the seed. */
export const replyOfGrant = (grant: TicketGrant) => ({
  ...grant,
  pins: [...grant.pins],
  endpoints: [...grant.endpoints],
  expiresAt: grant.expiresAt.toISOString(),
})

const replyOfAll = ({ grants, faults }: TicketGrants) => ({
  tickets: grants.map(replyOfGrant),
  faults: [...faults],
})

const placeOf = (cursor: string): Pick<TicketRow, 'createdAt' | 'id'> => {
  const [createdAt, id] = parseCursor(cursor, ['string', 'string'])
  return { createdAt: String(createdAt), id: String(id) }
}

export const registerTicketRoutes = (server: FastifyInstance, authority: Authority): void => {
  registerCreation(server, authority)
  registerLists(server, authority)
  registerRevocation(server, authority)
}

const registerCreation = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'ticketCreate', async ({ body, request, keepAnswer }) =>
    replyOfGrant(
      await createTicket(
        withOrigin(authority, originOf(request)),
        operatorOf(request),
        wishOf(body),
        { withRecord: (writing, grant) => keepAnswer(writing, replyOfGrant(grant)) },
      ),
    ),
  )
  registerRoute(server, 'ticketsCreate', async ({ body, request, keepAnswer }) =>
    replyOfAll(
      await createTickets(
        withOrigin(authority, originOf(request)),
        operatorOf(request),
        body.tickets.map(wishOf),
        (writing, grants) => keepAnswer(writing, replyOfAll(grants)),
      ),
    ),
  )
}

export const ticketSummaryOf = ({ clock }: Authority, ticket: TicketRow) => ({
  ...ticket,
  state: stateOfTicket(ticket, clock()),
})

const registerLists = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'ticketList', async ({ query }) => {
    const { limit: rowCount, after, ...filter } = query
    const limit = Number(rowCount)
    const now = authority.clock().toISOString()
    const place = after === undefined ? undefined : placeOf(after)
    const rows = await authority.store.read((reading) =>
      reading.listTickets({ filter, now, limit, after: place }),
    )
    const next = nextOfFullPage(rows, limit, ({ createdAt, id }) => [createdAt, id])
    return { tickets: rows.map((row) => ticketSummaryOf(authority, row)), next }
  })
  registerRoute(server, 'ticketShow', async ({ params }) => {
    const { ticket, nodes } = await describeTicket(authority, params['id'] ?? '')
    const hosts = ticket.hosts.map(({ value }) => value)
    return { ...ticketSummaryOf(authority, ticket), hosts, nodes: [...nodes] }
  })
}

const registerRevocation = (server: FastifyInstance, authority: Authority): void => {
  registerRoute(server, 'ticketRevoke', async ({ params, request }) => {
    const here = withOrigin(authority, originOf(request))
    const ticket = await revokeTicket(here, operatorNameOf(request), params['id'] ?? '')
    return ticketSummaryOf(authority, ticket)
  })
  registerRoute(server, 'ticketRevokeOpen', async ({ body, request }) => {
    const here = withOrigin(authority, originOf(request))
    const node = 'node' in body ? nodeOrPattern(body.node) : undefined
    return { tickets: [...(await revokeOpenTickets(here, operatorNameOf(request), node))] }
  })
}

const nodeOrPattern = (text: string): string =>
  isNamePattern(text) ? parseNamePattern(text).text : parseNodeName(text)
