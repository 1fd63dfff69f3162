import { parseHost, parseNodeName } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { type PublicKeyPin } from '@easycerts/shared/key'
import { refusal } from '@easycerts/shared/issuance'
import { isNamePattern, parseNamePattern } from '@easycerts/shared/ticket'
import type { Authority } from './authority.ts'
import { requireJoinable } from './nodes/node-standing.ts'
import { findHostOfMaster, findReservedHost } from './reserved-hosts.ts'
import type { Reading, TicketRow } from './store/index.ts'
import { reservedName } from './ticket-wish.ts'
import { isForFleet } from './tickets.ts'
import { findUncertifiableHost } from './uncertifiable-hosts.ts'

/** What a joiner says of its own name: `node` for certain, `hostname` by default. */
export interface ClaimedName {
  readonly node?: string | undefined
  readonly hostname?: string | undefined
}

/** One machine's wish to use a ticket whose key it has proved. */
export interface TicketUseWish {
  readonly ticket: TicketRow
  readonly node: string
  /** Undefined for one that asks what the ticket is worth before it makes a key. */
  readonly key?: PublicKeyPin | undefined
  /** SHA-256 of the request's DER, hex. */
  readonly request?: string | undefined
}

/**
 * The node that uses the ticket. A ticket for one node says who it is; one for a fleet asks the
 * machine, and holds the answer to its pattern. ERR_NODE_NAME_MISMATCH, ERR_NAME_INVALID.
 */
export const nodeOfUse = ({ node: named }: TicketRow, { node, hostname }: ClaimedName): string => {
  if (!isNamePattern(named)) {
    if (node === undefined || node === named) return named
    throw new EasycertsError('ERR_NODE_NAME_MISMATCH', `the ticket is for node ${named}`)
  }
  const said = node ?? hostname
  const name = said === undefined ? undefined : parseNodeName(said)
  if (name !== undefined && parseNamePattern(named).matches(name)) return name
  throw new EasycertsError(
    'ERR_NODE_NAME_MISMATCH',
    `the ticket is for nodes ${named}, and this one is ${name ?? 'without a name'}`,
    { hint: 'say with --node which of these names the machine has' },
  )
}

/** Whether a key begins to use the ticket or goes on with what it began. */
export type TicketUseVerdict = 'first' | 'again'

/**
 * Whether the ticket is good for this use. ERR_TICKET_REVOKED, ERR_TICKET_KEY_REFUSED,
 * ERR_TICKET_SPENT, ERR_TICKET_EXPIRED, ERR_NODE_EXISTS, ERR_NAME_RESERVED, and the refusals of a
 * node that may not come in. One with the rule `ticket-contested` speaks of a second holder.
 */
export const judgeTicketUse = async (
  authority: Authority,
  reading: Reading,
  use: TicketUseWish,
): Promise<TicketUseVerdict> => {
  const { ticket, node } = use
  if (ticket.revokedAt !== null)
    throw new EasycertsError('ERR_TICKET_REVOKED', 'the ticket was revoked')
  refuseOtherKey(use)
  const verdict = await (isForFleet(ticket) ? judgeFleetUse(reading, use) : judgeOnlyUse(use))
  // A bound one too: its key may hear its answer again later, but gets no new one.
  if (new Date(ticket.expiresAt) <= authority.clock())
    throw new EasycertsError('ERR_TICKET_EXPIRED', `the ticket expired at ${ticket.expiresAt}`)
  requireJoinable(await reading.findNode(node), ticket)
  const current = await reading.findIdentityOfNode(node, 'current')
  if (current && !ticket.replace)
    throw new EasycertsError('ERR_NODE_EXISTS', `node ${node} has joined already`)
  if (isForFleet(ticket)) await refuseTakenName(authority, reading, use)
  return verdict
}

/** A second holder of the ticket, whom the operator should know of. */
const contested = (message: string) => refusal('ERR_TICKET_SPENT', 'ticket-contested', message)

const refuseOtherKey = ({ ticket, key, request }: TicketUseWish): void => {
  const { requiredKey, requiredRequest } = ticket
  const isOther =
    (key !== undefined && requiredKey !== null && requiredKey !== key) ||
    (request !== undefined && requiredRequest !== null && requiredRequest !== request)
  if (isOther)
    throw refusal(
      'ERR_TICKET_KEY_REFUSED',
      'ticket-contested',
      `the ticket is bound to another ${requiredKey === null ? 'request' : 'key'}`,
    )
}

const judgeOnlyUse = ({ ticket: { boundKey, spentAt }, key }: TicketUseWish): TicketUseVerdict => {
  if (boundKey === null) return 'first'
  if (boundKey !== key) throw contested('the ticket was used already, with another key')
  if (spentAt !== null) throw new EasycertsError('ERR_TICKET_SPENT', 'the ticket was used already')
  return 'again'
}

const judgeFleetUse = async (
  reading: Reading,
  { ticket, node, key }: TicketUseWish,
): Promise<TicketUseVerdict> => {
  const own = key === undefined ? undefined : await reading.findTicketUse(ticket.id, { key })
  if (own && own.node !== node)
    throw contested(`the ticket was used with this key as node ${own.node}`)
  if (own && own.confirmedAt !== null)
    throw new EasycertsError('ERR_TICKET_SPENT', `node ${node} used the ticket already`)
  if (own) return 'again'
  if (await reading.findTicketUse(ticket.id, { node }))
    throw contested(`the ticket was used as node ${node} already, with another key`)
  if (ticket.usesTaken >= ticket.uses)
    throw contested(`all ${ticket.uses} uses of the ticket are taken`)
  return 'first'
}

/** No machine may choose a name that belongs to the CA, to a master, or to a node that is or will be. */
const refuseTakenName = async (
  authority: Authority,
  reading: Reading,
  { ticket, node }: TicketUseWish,
): Promise<void> => {
  const hosts = [parseHost(node)]
  const uncertifiable = findUncertifiableHost(authority, hosts)
  if (uncertifiable) throw uncertifiable
  const masters = await reading.listMasters()
  const reserved = findReservedHost(authority, hosts) ?? findHostOfMaster(masters, hosts)
  if (reserved) throw reservedName(reserved.value)
  const known = await reading.findNode(node)
  if (known && known.state !== 'joining')
    throw new EasycertsError('ERR_NODE_EXISTS', `node ${node} is in the records already`)
  if (await reading.isPromised(node, authority.clock().toISOString(), ticket.id))
    throw new EasycertsError('ERR_NODE_EXISTS', `the name ${node} is promised by another ticket`)
}
