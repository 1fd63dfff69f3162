import {
  type Host,
  type NodeFacts,
  parseHost,
  parseNodeName,
  type Role,
} from '@easycerts/shared/cluster'
import { encodeBase32 } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { describeRequester, type OperatorRequester, refusal } from '@easycerts/shared/issuance'
import { type PublicKeyPin, readFixedSpki } from '@easycerts/shared/key'
import { TICKET_ID_OCTETS } from '@easycerts/shared/ticket'
import { addDuration, days, minutes, parseDuration } from '@easycerts/shared/time'
import { actorAt, type Authority } from './authority.ts'
import { tellingRefusals } from './refusals.ts'
import { findHostOfMaster, findReservedHost } from './reserved-hosts.ts'
import type { TicketRow, Writing } from './store/index.ts'
import { findUncertifiableHost } from './uncertifiable-hosts.ts'

export interface TicketWish {
  readonly node: string
  readonly role: Role
  readonly hosts: readonly string[]
  readonly clusterAdmin: boolean
  readonly ttl: string
  readonly replace: boolean
  /** SPKI DER of the ticket's Ed25519 key; the seed never comes here. */
  readonly publicKey: Buffer
}

export interface TicketGrant {
  readonly id: string
  readonly pins: readonly PublicKeyPin[]
  readonly endpoints: readonly string[]
  readonly expiresAt: Date
}

const MIN_TTL = minutes(1)
const MAX_TTL = days(7)
const TICKET_ID_LENGTH = 12

/** ERR_NAME_INVALID, ERR_NAME_RESERVED, ERR_NODE_EXISTS, ERR_BODY_INVALID, ERR_USAGE. */
export const createTicket = async (
  authority: Authority,
  operator: OperatorRequester,
  wish: TicketWish,
  withRecord?: (writing: Writing, grant: TicketGrant) => Promise<void>,
): Promise<TicketGrant> => {
  const node = parseNodeName(wish.node)
  const hosts = wish.hosts.map(parseHost)
  // The node's own name becomes a name of its certificates too.
  const asked = { requester: operator, profile: 'node-identity', isForMasters: wish.clusterAdmin }
  await tellingRefusals(authority, asked, () =>
    checkWish(authority, operator, wish, { node, hosts: [parseHost(node), ...hosts] }),
  )
  checkTicketKey(wish.publicKey)
  const now = authority.clock()
  const expiresAt = addDuration(now, parseDuration(wish.ttl))
  const id = encodeBase32(authority.random(TICKET_ID_OCTETS)).slice(0, TICKET_ID_LENGTH)
  const grant: TicketGrant = {
    id,
    pins: [authority.issuers.enrolment.pin],
    endpoints: authority.joinEndpoints,
    expiresAt,
  }
  await authority.store.transact(async (writing) => {
    const current = await writing.findIdentityOfNode(node, 'current')
    if (current && !wish.replace)
      throw new EasycertsError('ERR_NODE_EXISTS', `node ${node} has joined already`)
    await writing.addTicket({
      id,
      publicKey: wish.publicKey,
      node,
      role: wish.role,
      hosts,
      clusterAdmin: wish.clusterAdmin,
      replace: wish.replace,
      createdAt: now.toISOString(),
      expiresAt: expiresAt.toISOString(),
      revokedAt: null,
      boundKey: null,
      spentAt: null,
    })
    const body = {
      ticket: id,
      node,
      role: wish.role,
      hosts: wish.hosts,
      clusterAdmin: wish.clusterAdmin,
    }
    await writing.appendLog(actorAt(authority, 'ticket-created', describeRequester(operator), body))
    await withRecord?.(writing, grant)
  })
  return grant
}

/** A key of another kind would be found out only by the joiner's failure. */
const checkTicketKey = (spki: Buffer): void => {
  if (readFixedSpki(spki)?.algorithm !== 'ed25519')
    throw new EasycertsError('ERR_BODY_INVALID', 'the key of a ticket is an Ed25519 key as SPKI')
}

const checkWish = async (
  authority: Authority,
  operator: OperatorRequester,
  wish: TicketWish,
  { node, hosts }: { readonly node: string; readonly hosts: readonly Host[] },
): Promise<void> => {
  const ttl = parseDuration(wish.ttl)
  if (ttl < MIN_TTL || ttl > MAX_TTL)
    throw new EasycertsError('ERR_USAGE', `a ticket lives from 1m to 7d, not ${wish.ttl}`)
  if (wish.clusterAdmin && wish.role !== 'master')
    throw new EasycertsError('ERR_USAGE', 'only a master can hold the cluster-admin kubeconfig')
  // A master holds the keys to all of etcd, which is as good as system:masters.
  const masters = await authority.store.read((reading) => reading.listMasters())
  const isForMaster = wish.role === 'master' || masters.some(({ name }) => name === node)
  if (operator.kind === 'operator-certificate' && isForMaster)
    throw refusal(
      'ERR_REQUESTER_NOT_PERMITTED',
      'ticket-role-local',
      'tickets for masters are made on the CA host alone',
    )
  const uncertifiable = findUncertifiableHost(authority, hosts)
  if (uncertifiable) throw uncertifiable
  if (wish.role === 'master') return
  const others = masters.filter(({ name }) => name !== node)
  const reserved = findReservedHost(authority, hosts) ?? findHostOfMaster(others, hosts)
  if (reserved)
    throw refusal(
      'ERR_NAME_RESERVED',
      'reserved-name',
      `${reserved.value} is a name or an address of the CA, of kube-apiserver or of a master`,
    )
}

/** ERR_TICKET_UNKNOWN; revoking twice is no fault. */
export const revokeTicket = async (
  authority: Authority,
  operator: string,
  id: string,
): Promise<TicketRow> =>
  authority.store.transact(async (writing) => {
    const ticket = await writing.findTicket(id)
    if (!ticket)
      throw new EasycertsError('ERR_TICKET_UNKNOWN', `there is no ticket ${id.slice(0, 20)}`)
    if (ticket.revokedAt !== null) return ticket
    return endTicket(authority, writing, `operator ${operator}`, ticket)
  })

const endTicket = async (
  authority: Authority,
  writing: Writing,
  actor: string,
  ticket: TicketRow,
): Promise<TicketRow> => {
  const { id, node } = ticket
  const at = authority.clock().toISOString()
  await writing.revokeTicket(id, at)
  await writing.appendLog(actorAt(authority, 'ticket-revoked', actor, { ticket: id, node }))
  return { ...ticket, revokedAt: at }
}

/** Ends every ticket by which a node could join still; their ids. */
export const endTicketsOfNode = async (
  authority: Authority,
  writing: Writing,
  actor: string,
  node: string,
): Promise<readonly string[]> => {
  const open = await writing.listOpenTickets(authority.clock().toISOString())
  const ofNode = open.filter((ticket) => ticket.node === node)
  for (const ticket of ofNode) await endTicket(authority, writing, actor, ticket)
  return ofNode.map(({ id }) => id)
}

export type TicketState = 'open' | 'bound' | 'spent' | 'expired' | 'revoked'

export const stateOfTicket = (ticket: TicketRow, now: Date): TicketState => {
  if (ticket.revokedAt !== null) return 'revoked'
  if (ticket.spentAt !== null) return 'spent'
  if (ticket.boundKey !== null) return 'bound'
  return new Date(ticket.expiresAt) <= now ? 'expired' : 'open'
}

export const nodeFactsOfTicket = ({ node, role, hosts, clusterAdmin }: TicketRow): NodeFacts => ({
  name: node,
  role,
  hosts,
  clusterAdmin,
})
