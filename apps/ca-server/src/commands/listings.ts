import type { RouteQuery, RouteReply } from '@easycerts/shared/api'
import { certificateQueryOf } from './certificate-filter.ts'
import type { Listing } from './listing.ts'
import { ticketQueryOf } from './ticket-filter.ts'
import { describeInstant } from './describe-instant.ts'
import { nodeChanges as changes } from './node-change-listing.ts'
import { nodeQueryOf } from './node-filter.ts'
import { logQueryOf } from './log-filter.ts'

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
