import { createOperatorClient } from '@easycerts/adapters/ca-client'
import { describeDuration } from '@easycerts/shared/time'
import { dataPaths } from '../config/index.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'

export interface ListOptions extends GlobalOptions {
  readonly limit: string
}

/** What a list shows: the records themselves for programs, a table for people. */
interface Listing {
  readonly records: readonly unknown[]
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

type Client = ReturnType<typeof createOperatorClient>
type Describe = (instant: string | null) => string

const LISTINGS = {
  nodes: async (client: Client, query: { limit: string }, describe: Describe): Promise<Listing> => {
    const { nodes } = await client.call('nodeList', { query })
    return {
      records: nodes,
      head: ['NODE', 'ROLE', 'STATE', 'HOSTS', 'IDENTITY ENDS', 'LAST SEEN'],
      rows: nodes.map(({ name, role, state, hosts, identityNotAfter, lastSeenAt }) => [
        name,
        role,
        state,
        hosts.join(' '),
        describe(identityNotAfter),
        describe(lastSeenAt),
      ]),
    }
  },
  certificates: async (
    client: Client,
    query: { limit: string },
    describe: Describe,
  ): Promise<Listing> => {
    const { certificates } = await client.call('certificateList', { query })
    return {
      records: certificates,
      head: ['SERIAL', 'ISSUER', 'PROFILE', 'SUBJECT', 'FOR', 'STATE', 'ENDS'],
      rows: certificates.map(
        ({ serialNumber, issuer, profile, subject, requester, state, notAfter }) => [
          serialNumber,
          issuer,
          profile,
          subject,
          requester,
          state,
          describe(notAfter),
        ],
      ),
    }
  },
  issuers: async (
    client: Client,
    _query: { limit: string },
    describe: Describe,
  ): Promise<Listing> => {
    const { issuers } = await client.call('issuerList', {})
    return {
      records: issuers,
      head: ['ISSUER', 'PURPOSE', 'KEY', 'PIN (SHA-256 OF SPKI)', 'ENDS'],
      rows: issuers.map(({ id, purpose, algorithm, pin, notAfter }) => [
        id,
        purpose,
        algorithm,
        pin,
        describe(notAfter),
      ]),
    }
  },
  log: async (client: Client, query: { limit: string }): Promise<Listing> => {
    const { entries } = await client.call('log', { query })
    return {
      records: entries,
      head: ['#', 'AT', 'WHAT', 'WHO', 'DETAILS'],
      rows: entries.map(({ sequence, at, kind, actor, body }) => [
        String(sequence),
        at,
        kind,
        actor,
        JSON.stringify(body),
      ]),
    }
  },
} as const

export type ListKind = keyof typeof LISTINGS

/** `ca-server node list`, `certificate list`, `issuer list`, `log show`. */
export const runList = async (
  context: CommandContext,
  options: ListOptions,
  kind: ListKind,
): Promise<void> => {
  const client = createOperatorClient({
    socketPath: dataPaths(options.dataDirectory).operatorSocket,
  })
  const listing = await LISTINGS[kind](client, { limit: options.limit }, describeFrom(context))
  await context.terminal.result(listing.records, () =>
    context.terminal.table(listing.head, listing.rows),
  )
}

const describeFrom =
  ({ clock }: CommandContext): Describe =>
  (instant) => {
    if (instant === null) return '-'
    const left = new Date(instant).getTime() - clock().getTime()
    return left > 0 ? `in ${describeDuration(left)}` : `${describeDuration(-left)} ago`
  }
