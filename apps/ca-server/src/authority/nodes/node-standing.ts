import { EasycertsError } from '@easycerts/shared/errors'
import type { NodeRow, NodeState, TicketRow } from '../store/index.ts'

/** The refusal of every identity of a node that has two holders. */
export const forkedIdentity = (node: string): EasycertsError =>
  new EasycertsError('ERR_IDENTITY_FORKED', `the identity of node ${node} has two holders`)

const REFUSALS: Readonly<Partial<Record<NodeState, (node: string) => EasycertsError>>> = {
  quarantined: (node) => new EasycertsError('ERR_NODE_QUARANTINED', `node ${node} is quarantined`),
  frozen: forkedIdentity,
  removed: (node) => new EasycertsError('ERR_NODE_REMOVED', `node ${node} was removed`),
}

/** Why a node in this state gets nothing; undefined where the state does not say so. */
export const refusalOfState = (node: string, state: NodeState | null): EasycertsError | undefined =>
  state === null ? undefined : REFUSALS[state]?.(node)

/** ERR_NODE_QUARANTINED, ERR_IDENTITY_FORKED, ERR_NODE_REMOVED. */
export const requireGoodStanding = (node: string, state: NodeState | null): void => {
  const error = refusalOfState(node, state)
  if (error) throw error
}

/**
 * Whether a ticket may still bring this node in: one that was removed comes back by a ticket of
 * after its removal, the other states end by `node recover` alone.
 */
export const requireJoinable = (
  node: Pick<NodeRow, 'name' | 'state' | 'stateSince'> | undefined,
  { createdAt }: Pick<TicketRow, 'createdAt'>,
): void => {
  if (!node) return
  const isNewer = node.state === 'removed' && (node.stateSince ?? '') < createdAt
  if (!isNewer) requireGoodStanding(node.name, node.state)
}
