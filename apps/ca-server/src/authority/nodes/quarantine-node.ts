import { describeRequester, type OperatorRequester } from '@easycerts/shared/issuance'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import { tellingRefusals } from '../refusals.ts'
import type { NodeRow, Writing } from '../store/index.ts'
import { endTicketsOfNode } from '../tickets.ts'
import { getManageableNode } from './manageable-node.ts'
import { requireGoodStanding } from './node-standing.ts'

export interface QuarantineWish {
  readonly operator: OperatorRequester
  readonly node: string
  readonly reason: string
}

export interface QuarantineOutcome {
  readonly node: NodeRow
  /** It was quarantined before: reason and time are those of then. */
  readonly wasQuarantined: boolean
  /** Ids of the tickets by which it could have come back. */
  readonly tickets: readonly string[]
  /** When the last of its certificates ends that nobody revoked; null if there is none. */
  readonly runsUntil: string | null
}

/**
 * From the commit on the node gets nothing of this CA, whichever of its identities it shows; what it
 * holds works until it ends. Again is no fault. ERR_NODE_UNKNOWN, ERR_NODE_REMOVED,
 * ERR_REQUESTER_NOT_PERMITTED.
 */
export const quarantineNode = async (
  authority: Authority,
  wish: QuarantineWish,
): Promise<QuarantineOutcome> => {
  const asked = { requester: wish.operator, profile: 'node-identity' }
  const { fingerprints, ...outcome } = await tellingRefusals(authority, asked, () =>
    authority.store.transact((writing) => quarantineIn(authority, writing, wish)),
  )
  const { node, wasQuarantined } = outcome
  const reason = node.stateReason ?? ''
  if (!wasQuarantined)
    authority.events.shutOut({ node: node.name, state: node.state, reason, fingerprints })
  return outcome
}

const quarantineIn = async (
  authority: Authority,
  writing: Writing,
  { operator, node: name, reason }: QuarantineWish,
) => {
  const before = await getManageableNode(writing, operator, name)
  if (before.state === 'removed') requireGoodStanding(before.name, before.state)
  const fingerprints = await livingIdentities(writing, before.name)
  const runsUntil = await lastEndOf(authority, writing, before.name)
  if (before.state === 'quarantined')
    return { node: before, wasQuarantined: true, tickets: [], runsUntil, fingerprints }
  const at = authority.clock().toISOString()
  const actor = describeRequester(operator)
  const tickets = await endTicketsOfNode(authority, writing, actor, before.name)
  await writing.endIdentities(before.name, ['pending'], at)
  const state = { state: 'quarantined', stateReason: reason, stateSince: at } as const
  await writing.setNodeState(before.name, before.state, state)
  const body = { node: before.name, reason, was: before.state, tickets }
  await writing.appendLog(actorAt(authority, 'node-quarantined', actor, body))
  const node = { ...before, ...state }
  return { node, wasQuarantined: false, tickets, runsUntil, fingerprints }
}

const MAX_IDENTITIES = 1000

/** Fingerprints of those that may have connections open. */
export const livingIdentities = async (writing: Writing, node: string): Promise<string[]> =>
  (await writing.listIdentitiesOfNode(node, MAX_IDENTITIES))
    .filter(({ state }) => state === 'current' || state === 'pending')
    .map(({ fingerprint }) => fingerprint)

const lastEndOf = async (
  { clock }: Authority,
  writing: Writing,
  node: string,
): Promise<string | null> => {
  const rows = await writing.listCertificatesOfNode(node, clock().toISOString())
  // In the order of their ends.
  for (const { issuerId, serialNumber, profile, state, notAfter } of rows.toReversed()) {
    if (profile === 'node-identity' || state !== 'issued') continue
    if (!(await writing.findRevocation(issuerId, serialNumber))) return notAfter
  }
  return null
}
