import { EasycertsError } from '@easycerts/shared/errors'
import { describeRequester, type OperatorRequester } from '@easycerts/shared/issuance'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import { createTicket, type TicketGrant } from '../create-tickets.ts'
import type { NodeRow, Writing } from '../store/index.ts'
import { endTicketsOfNode } from '../tickets.ts'
import { getManageableNode, getNode } from './manageable-node.ts'

export interface RecoveryWish {
  readonly operator: OperatorRequester
  readonly node: string
  readonly ttl: string
  /** SPKI DER of the new ticket's Ed25519 key. */
  readonly publicKey: Buffer
}

/**
 * Ends a quarantine or a freeze by a ticket for a new key, in one transaction. Every identity that
 * the node ever had has ended then: none of them comes back, and none can freeze the node again.
 * ERR_NODE_UNKNOWN, ERR_USAGE for a node in another state, and what `createTicket` refuses with.
 */
export const recoverNode = async (
  authority: Authority,
  { operator, node: name, ttl, publicKey }: RecoveryWish,
  withRecord?: (writing: Writing, grant: TicketGrant) => Promise<void>,
): Promise<TicketGrant> => {
  const node = await authority.store.read((reading) => getNode(reading, name))
  requireRecoverable(node)
  const { role, hosts, clusterAdmin } = node
  return createTicket(
    authority,
    operator,
    {
      node: node.name,
      role,
      hosts: hosts.map(({ value }) => value),
      clusterAdmin,
      ttl,
      replace: true,
      publicKey,
    },
    { withRecord, before: (writing) => endState(authority, writing, operator, node.name) },
  )
}

const endState = async (
  authority: Authority,
  writing: Writing,
  operator: OperatorRequester,
  name: string,
): Promise<void> => {
  const node = await getManageableNode(writing, operator, name)
  requireRecoverable(node)
  const at = authority.clock().toISOString()
  const actor = describeRequester(operator)
  await endTicketsOfNode(authority, writing, actor, name)
  await writing.endIdentities(name, ['pending', 'current', 'retired', 'superseded'], at)
  const stateReason = `recovered; it was ${node.state}`
  await writing.setNodeState(name, node.state, { state: 'joining', stateReason, stateSince: at })
  const body = { node: name, was: node.state, reason: node.stateReason }
  await writing.appendLog(actorAt(authority, 'node-recovered', actor, body))
}

const requireRecoverable = ({ name, state }: NodeRow): void => {
  if (state === 'quarantined' || state === 'frozen') return
  throw new EasycertsError(
    'ERR_USAGE',
    `node ${name} is ${state}: there is nothing to recover from`,
    {
      hint: 'for a new key of a node that is well: "ca-server ticket create --replace"',
    },
  )
}
