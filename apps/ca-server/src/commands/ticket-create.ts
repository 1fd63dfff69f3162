import { readTextFile } from '@easycerts/adapters/files'
import type { RouteBody, RouteReply } from '@easycerts/shared/api'
import { parseRole } from '@easycerts/shared/cluster'
import { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import type { PublicKeyPin } from '@easycerts/shared/key'
import { formatTicket, ticketPublicKey } from '@easycerts/shared/ticket'
import { parseNodeList } from '../fleet/parse-node-list.ts'
import { type MadeTicket, prepareTicketFiles, writeTicketFiles } from '../fleet/ticket-files.ts'
import type { CommandContext, GlobalOptions } from './command-context.ts'
import { openOperatorClient } from './open-operator-client.ts'
import { type BindingOptions, bindingOf } from './ticket-binding.ts'

export interface TicketCreateOptions extends GlobalOptions, BindingOptions {
  readonly node?: string
  readonly nodes?: string
  readonly role?: string
  readonly address: readonly string[]
  readonly ttl: string
  readonly uses?: string
  readonly out?: string
  readonly clusterAdmin?: boolean
  readonly replace?: boolean
}

type Wish = Omit<RouteBody<'ticketCreate'>, 'publicKey'>

/** A wish and where it stands: 'nodes.yaml:3', for its fault. */
interface PlacedWish {
  readonly wish: Wish
  readonly place?: string
}

const SEED_OCTETS = 32

/** `ca-server ticket create`: seeds are made here; the server learns only their public keys. */
export const runTicketCreate = async (
  context: CommandContext,
  options: TicketCreateOptions,
): Promise<void> => {
  const placed = options.nodes === undefined ? [onlyWish(options)] : listedWishes(options)
  const { out } = options
  if (out !== undefined)
    await prepareTicketFiles(
      out,
      placed.map(({ wish }) => wish.node),
    )
  const tickets = await makeTickets(context, options, placed)
  if (out === undefined) return printTickets(context, tickets)
  const files = await writeTicketFiles(out, tickets).catch(async (error: unknown) => {
    await revokeAll(context, options, tickets)
    throw error
  })
  const rows = tickets.map(({ node, id, expiresAt }, index) => ({
    node,
    id,
    expiresAt,
    file: files[index],
  }))
  await context.terminal.result(
    rows,
    () =>
      `${rows.length} ${rows.length === 1 ? 'ticket' : 'tickets'} in ${out}, good until ${rows[0]?.expiresAt ?? ''}.`,
  )
}

const onlyWish = (options: TicketCreateOptions): PlacedWish => {
  const { node, role, ttl, address, clusterAdmin = false, replace = false } = options
  if (node === undefined || role === undefined)
    throw new EasycertsError('ERR_USAGE', 'say for whom: --node NAME --role ROLE, or --nodes FILE')
  const uses = options.uses === undefined ? {} : { uses: parseUses(options.uses) }
  const binding = bindingOf(options)
  const wish = { node, role: parseRole(role), hosts: [...address], clusterAdmin, ttl, replace }
  return { wish: { ...wish, ...uses, ...binding } }
}

const parseUses = (text: string): number => {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new EasycertsError('ERR_USAGE', `"${text.slice(0, 20)}" is no number of uses`)
}

/** Options that speak of one node have no meaning for a list of them. */
const OF_ONE_NODE = ['node', 'uses', 'keyPin', 'publicKey', 'csr'] as const

const listedWishes = (options: TicketCreateOptions): PlacedWish[] => {
  const { nodes: file = '', ttl, clusterAdmin = false, replace = false } = options
  if (OF_ONE_NODE.some((name) => options[name] !== undefined) || options.address.length > 0)
    throw new EasycertsError('ERR_USAGE', 'with --nodes, the file says what belongs to one node')
  const role = options.role === undefined ? undefined : parseRole(options.role)
  const nodes = parseNodeList(file, readTextFile(file))
  const roleless = nodes.filter((node) => (node.role ?? role) === undefined)
  if (roleless.length > 0)
    throw faultsOf(roleless.map(({ line }) => `${file}:${line}: role: is missing; or give --role`))
  return nodes.map(({ name, hosts, line, ...node }) => ({
    place: `${file}:${line}`,
    wish: {
      node: name,
      role: node.role ?? role ?? 'worker',
      hosts: [...hosts],
      clusterAdmin: clusterAdmin && (node.role ?? role) === 'master',
      ttl,
      replace,
    },
  }))
}

const faultsOf = (faults: readonly string[]) =>
  new EasycertsError('ERR_CONFIG_INVALID', faults.join('\n'))

const makeTickets = async (
  context: CommandContext,
  options: GlobalOptions,
  placed: readonly PlacedWish[],
): Promise<MadeTicket[]> => {
  const seeded = placed.map((each) => ({ ...each, seed: new Secret(context.random(SEED_OCTETS)) }))
  const bodies = seeded.map(({ wish, seed }) => ({
    ...wish,
    publicKey: ticketPublicKey(seed).toString('base64url'),
  }))
  const grants = await askForTickets(context, options, placed, bodies)
  return grants.map(({ id, endpoints, pins, expiresAt }, index) => {
    const { wish, seed } = seeded[index] ?? {}
    if (!wish || !seed)
      throw new EasycertsError(
        'ERR_CA_REPLY_INVALID',
        'the CA made more tickets than were asked for',
      )
    const line = formatTicket({ id, endpoints, pins: pins as PublicKeyPin[], seed })
    seed.dispose()
    return { node: wish.node, id, expiresAt, line }
  })
}

const askForTickets = async (
  context: CommandContext,
  options: GlobalOptions,
  placed: readonly PlacedWish[],
  bodies: readonly RouteBody<'ticketCreate'>[],
): Promise<RouteReply<'ticketCreate'>[]> => {
  const client = openOperatorClient(context, options)
  const [only] = bodies
  // One ticket is refused with its own code.
  if (only && placed[0]?.place === undefined)
    return [await client.call('ticketCreate', { body: only })]
  const { tickets, faults } = await client.call('ticketsCreate', { body: { tickets: [...bodies] } })
  if (faults.length > 0)
    throw faultsOf(faults.map(({ index, message }) => `${placed[index]?.place ?? '?'}: ${message}`))
  return tickets
}

const printTickets = async (
  { terminal }: CommandContext,
  tickets: readonly MadeTicket[],
): Promise<void> => {
  const rows = tickets.map(({ line, ...rest }) => ({ ticket: line.reveal(), ...rest }))
  const [only] = rows
  if (only && rows.length === 1) return terminal.result(only, () => only.ticket)
  await terminal.result(rows, () => rows.map(({ node, ticket }) => `${node} ${ticket}`).join('\n'))
}

/** Nobody has their lines. */
const revokeAll = async (
  context: CommandContext,
  options: GlobalOptions,
  tickets: readonly MadeTicket[],
): Promise<void> => {
  const client = openOperatorClient(context, options)
  for (const { id } of tickets)
    await client.call('ticketRevoke', { params: { id }, body: {} }).catch(() => undefined)
}
