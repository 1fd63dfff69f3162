import type { OperatorClient } from '@easycerts/adapters/ca-client'
import type { RouteQuery, RouteReply } from '@easycerts/shared/api'
import type { CertificateListOptions } from './certificate-filter.ts'
import { certificateQueryOf } from './certificate-filter.ts'
import type { CommandContext } from './command-context.ts'
import { ticketQueryOf } from './ticket-filter.ts'
import { describeInstant } from './describe-instant.ts'
import { nodeChanges as changes } from './node-change-listing.ts'
import { nodeQueryOf } from './node-filter.ts'
import { type LogListOptions, logQueryOf } from './log-filter.ts'

/** One page of a list, as the server gave it. */
export interface ListPage<Row> {
  readonly rows: readonly Row[]
  /** Cursor of the page after; null at the end. */
  readonly next: string | null
}

export interface PageQuery {
  readonly limit: string
  readonly after?: string
}

/** A list of the server: how to ask for a page of it, and what people see of a row. */
export interface Listing<Row> {
  readonly head: readonly string[]
  readonly cells: (row: Row, context: CommandContext) => readonly string[]
  readonly page: (
    client: OperatorClient,
    query: PageQuery,
    wish: ListWish,
  ) => Promise<ListPage<Row>>
}

export interface ListWish {
  readonly context: CommandContext
  readonly options: CertificateListOptions & LogListOptions
}

type Node = RouteReply<'nodeList'>['nodes'][number]
type Certificate = RouteReply<'certificateList'>['certificates'][number]
type Ticket = RouteReply<'ticketList'>['tickets'][number]
type Issuer = RouteReply<'issuerList'>['issuers'][number]
type Entry = RouteReply<'log'>['entries'][number]

const nodes: Listing<Node> = {
  head: ['NODE', 'ROLE', 'STATE', 'HOSTS', 'IDENTITY ENDS', 'LAST SEEN'],
  cells: ({ name, role, state, hosts, identityNotAfter, lastSeenAt }, context) => [
    name,
    role,
    state,
    hosts.join(' '),
    describeInstant(context, identityNotAfter),
    describeInstant(context, lastSeenAt),
  ],
  page: async (client, query, { context, options }) => {
    const filter = nodeQueryOf(context, options)
    const { nodes: rows, next } = await client.call('nodeList', { query: { ...filter, ...query } })
    return { rows, next }
  },
}

const certificates: Listing<Certificate> = {
  head: ['SERIAL', 'ISSUER', 'PROFILE', 'SUBJECT', 'FOR', 'STATE', 'ENDS'],
  cells: ({ serialNumber, issuer, profile, subject, requester, state, notAfter }, context) => [
    serialNumber,
    issuer,
    profile,
    subject,
    requester,
    state,
    describeInstant(context, notAfter),
  ],
  page: async (client, query, { context, options }) => {
    const filter: Partial<RouteQuery<'certificateList'>> = certificateQueryOf(context, options)
    const reply = await client.call('certificateList', { query: { ...filter, ...query } })
    return { rows: reply.certificates, next: reply.next }
  },
}

const tickets: Listing<Ticket> = {
  head: ['TICKET', 'NODE', 'ROLE', 'STATE', 'USES', 'EXPIRES'],
  cells: ({ id, node, role, state, uses, usesTaken, expiresAt }, context) => [
    id,
    node,
    role,
    state,
    `${usesTaken}/${uses}`,
    describeInstant(context, expiresAt),
  ],
  page: async (client, query, { options }) => {
    const filter = ticketQueryOf(options)
    const { tickets: rows, next } = await client.call('ticketList', {
      query: { ...filter, ...query },
    })
    return { rows, next }
  },
}

const issuers: Listing<Issuer> = {
  head: ['ISSUER', 'PURPOSE', 'KEY', 'KEPT IN', 'ROOT', 'PIN (SHA-256 OF SPKI)', 'ENDS'],
  cells: ({ id, purpose, algorithm, keyLocation, root, pin, notAfter }, context) => [
    id,
    purpose,
    algorithm,
    keyLocation === 'file' ? 'file' : 'token',
    root,
    pin,
    describeInstant(context, notAfter),
  ],
  page: async (client) => {
    const { issuers: rows } = await client.call('issuerList', {})
    return { rows, next: null }
  },
}

const log: Listing<Entry> = {
  head: ['#', 'AT', 'WHAT', 'WHO', 'FROM', 'DETAILS'],
  cells: ({ sequence, at, kind, actor, origin, body }) => [
    String(sequence),
    at,
    kind,
    actor,
    origin?.address ?? origin?.via ?? '-',
    JSON.stringify(body),
  ],
  page: async (client, query, { context, options }) => {
    const filter: Partial<RouteQuery<'log'>> = logQueryOf(context, options)
    const { entries, next } = await client.call('log', { query: { ...filter, ...query } })
    return { rows: entries, next }
  },
}

export const LISTINGS = { nodes, changes, certificates, tickets, issuers, log } as const

export type ListKind = keyof typeof LISTINGS
