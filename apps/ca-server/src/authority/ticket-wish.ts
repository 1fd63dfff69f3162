import { type Host, parseHost, parseNodeName, type Role } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { type OperatorRequester, refusal } from '@easycerts/shared/issuance'
import { type PublicKeyPin, readFixedSpki } from '@easycerts/shared/key'
import { isNamePattern, parseNamePattern } from '@easycerts/shared/ticket'
import { addDuration, days, minutes, parseDuration } from '@easycerts/shared/time'
import type { Authority } from './authority.ts'
import { requireGoodStanding } from './nodes/node-standing.ts'
import { tellingRefusals } from './refusals.ts'
import { findHostOfMaster, findReservedHost } from './reserved-hosts.ts'
import type { NewTicket, Reading } from './store/index.ts'
import { isForFleet } from './tickets.ts'
import { findUncertifiableHost } from './uncertifiable-hosts.ts'

export interface TicketWish {
  /** A name, or a pattern of names for several uses. */
  readonly node: string
  readonly role: Role
  readonly hosts: readonly string[]
  readonly clusterAdmin: boolean
  readonly ttl: string
  readonly replace: boolean
  /** SPKI DER of the ticket's Ed25519 key; the seed never comes here. */
  readonly publicKey: Buffer
  /** Left out: one, or as many as the pattern has numbers. */
  readonly uses?: number | undefined
  /** Pin of the only key that may join by it. */
  readonly keyPin?: string | undefined
  /** SHA-256 of the only request that may, DER, hex. */
  readonly requestSha256?: string | undefined
}

/** A ticket that may be made, but for what the records say of its node. */
export type CheckedTicketWish = Omit<NewTicket, 'id' | 'createdAt' | 'expiresAt'> & {
  readonly createdAt: Date
  readonly expiresAt: Date
}

const MIN_TTL = minutes(1)
const MAX_TTL = days(7)
/** One ticket that is stolen is worth so many nodes at most. */
const MAX_USES = 1000

/** ERR_NAME_INVALID, ERR_NAME_RESERVED, ERR_BODY_INVALID, ERR_USAGE. */
export const checkTicketWish = async (
  authority: Authority,
  operator: OperatorRequester,
  wish: TicketWish,
): Promise<CheckedTicketWish> => {
  const isFleet = isNamePattern(wish.node)
  const node = isFleet ? parseNamePattern(wish.node).text : parseNodeName(wish.node)
  const hosts = wish.hosts.map(parseHost)
  // The node's own name becomes a name of its certificates too.
  const names = isFleet ? hosts : [parseHost(node), ...hosts]
  const asked = { requester: operator, profile: 'node-identity', isForMasters: wish.clusterAdmin }
  await tellingRefusals(authority, asked, () => checkPolicy(authority, operator, wish, names))
  checkTicketKey(wish.publicKey)
  const createdAt = authority.clock()
  return {
    publicKey: wish.publicKey,
    node,
    role: wish.role,
    hosts,
    clusterAdmin: wish.clusterAdmin,
    replace: wish.replace,
    uses: usesOf(wish),
    requiredKey: (wish.keyPin ?? null) as PublicKeyPin | null,
    requiredRequest: wish.requestSha256 ?? null,
    createdAt,
    expiresAt: addDuration(createdAt, parseDuration(wish.ttl)),
  }
}

/**
 * ERR_NODE_EXISTS, unless a new key may take the place of the old one; ERR_NODE_QUARANTINED and
 * ERR_IDENTITY_FORKED, which only a recovery ends.
 */
export const refuseJoinedNode = async (
  reading: Pick<Reading, 'findIdentityOfNode' | 'findNode'>,
  ticket: Pick<NewTicket, 'node' | 'replace'>,
): Promise<void> => {
  if (isForFleet(ticket)) return
  const node = await reading.findNode(ticket.node)
  // A name whose node was removed is free; the other states end by a recovery.
  if (node && node.state !== 'removed') requireGoodStanding(node.name, node.state)
  if (ticket.replace) return
  if (await reading.findIdentityOfNode(ticket.node, 'current'))
    throw new EasycertsError('ERR_NODE_EXISTS', `node ${ticket.node} has joined already`)
}

/** A key of another kind would be found out only by the joiner's failure. */
const checkTicketKey = (spki: Buffer): void => {
  if (readFixedSpki(spki)?.algorithm !== 'ed25519')
    throw new EasycertsError('ERR_BODY_INVALID', 'the key of a ticket is an Ed25519 key as SPKI')
}

/** What a ticket for a fleet may not say, since it would say it of every node that comes. */
const FLEET_RULES: readonly (readonly [(wish: TicketWish) => boolean, string])[] = [
  [({ role }) => role !== 'worker', 'a ticket for several nodes is for workers'],
  [({ hosts }) => hosts.length > 0, 'addresses belong to one node, and this ticket is for several'],
  [({ replace }) => replace, 'a ticket for several nodes replaces none'],
  [
    ({ keyPin, requestSha256 }) => (keyPin ?? requestSha256) !== undefined,
    'a ticket for several nodes is not bound to one key',
  ],
]

const usesOf = (wish: TicketWish): number => {
  if (!isNamePattern(wish.node)) {
    if ((wish.uses ?? 1) === 1) return 1
    throw new EasycertsError('ERR_USAGE', 'a ticket for several nodes needs a pattern of names', {
      hint: 'give --node worker-* or --node worker-{01..40}',
    })
  }
  const broken = FLEET_RULES.find(([isBroken]) => isBroken(wish))
  if (broken) throw new EasycertsError('ERR_USAGE', broken[1])
  const { size } = parseNamePattern(wish.node)
  const uses = wish.uses ?? size
  if (!Number.isSafeInteger(uses) || uses < 1 || uses > MAX_USES)
    throw new EasycertsError('ERR_USAGE', `a ticket has 1 to ${MAX_USES} uses: say how many`, {
      hint: 'give --uses N, as few as there are nodes to join',
    })
  if (uses > size)
    throw new EasycertsError('ERR_USAGE', `${wish.node} has only ${size} names, for ${uses} uses`)
  return uses
}

const checkPolicy = async (
  authority: Authority,
  operator: OperatorRequester,
  wish: TicketWish,
  names: readonly Host[],
): Promise<void> => {
  const ttl = parseDuration(wish.ttl)
  if (ttl < MIN_TTL || ttl > MAX_TTL)
    throw new EasycertsError('ERR_USAGE', `a ticket lives from 1m to 7d, not ${wish.ttl}`)
  if (wish.clusterAdmin && wish.role !== 'master')
    throw new EasycertsError('ERR_USAGE', 'only a master can hold the cluster-admin kubeconfig')
  // A master holds the keys to all of etcd, which is as good as system:masters.
  const masters = await authority.store.read((reading) => reading.listMasters())
  const isForMaster = wish.role === 'master' || masters.some(({ name }) => name === wish.node)
  if (operator.kind === 'operator-certificate' && isForMaster)
    throw refusal(
      'ERR_REQUESTER_NOT_PERMITTED',
      'ticket-role-local',
      'tickets for masters are made on the CA host alone',
    )
  const uncertifiable = findUncertifiableHost(authority, names)
  if (uncertifiable) throw uncertifiable
  if (wish.role === 'master') return
  const others = masters.filter(({ name }) => name !== wish.node)
  const reserved = findReservedHost(authority, names) ?? findHostOfMaster(others, names)
  if (reserved) throw reservedName(reserved.value)
}

export const reservedName = (name: string) =>
  refusal(
    'ERR_NAME_RESERVED',
    'reserved-name',
    `${name} is a name or an address of the CA, of kube-apiserver or of a master`,
  )
