import type { RouteReply } from '@easycerts/shared/api'
import { parseRole } from '@easycerts/shared/cluster'
import { Secret } from '@easycerts/shared/encoding'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { formatTicket, ticketPublicKey } from '@easycerts/shared/ticket'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { openOperatorClient } from './open-operator-client.ts'

export interface TicketCreateOptions extends GlobalOptions {
  readonly node: string
  readonly role: string
  readonly address: readonly string[]
  readonly ttl: string
  readonly clusterAdmin?: boolean
  readonly replace?: boolean
}

const SEED_OCTETS = 32

/** `ca-server ticket create`: the seed is made here; the server learns only its public key. */
export const runTicketCreate = async (
  context: CommandContext,
  options: TicketCreateOptions,
): Promise<void> => {
  const { node, ttl, address, clusterAdmin = false, replace = false } = options
  const seed = new Secret(context.random(SEED_OCTETS))
  const grant = await openOperatorClient(context, options).call('ticketCreate', {
    body: {
      node,
      role: parseRole(options.role),
      hosts: [...address],
      clusterAdmin,
      ttl,
      replace,
      publicKey: ticketPublicKey(seed).toString('base64url'),
    },
  })
  const line = formatTicket({
    id: grant.id,
    endpoints: grant.endpoints,
    pins: grant.pins as PublicKeyPin[],
    seed,
  }).reveal()
  await context.terminal.result(
    { ticket: line, id: grant.id, node, expiresAt: grant.expiresAt },
    () => line,
  )
}

/** `ca-server ticket revoke` */
export const runTicketRevoke = async (
  context: CommandContext,
  options: GlobalOptions,
  id: string,
): Promise<void> => {
  const ticket: RouteReply<'ticketRevoke'> = await openOperatorClient(context, options).call(
    'ticketRevoke',
    {
      params: { id },
      body: {},
    },
  )
  await context.terminal.result(
    ticket,
    () => `Ticket ${ticket.id} for node ${ticket.node} is worthless now.`,
  )
}
