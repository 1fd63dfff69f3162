import { type Host, parseHost, sameHost, uniqueHosts } from '@easycerts/shared/cluster'
import { EasycertsError } from '@easycerts/shared/errors'
import { describeRequester, type OperatorRequester } from '@easycerts/shared/issuance'
import { applyHostChange, settle } from '@easycerts/shared/node-report'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import { getManageableNode } from '../nodes/manageable-node.ts'
import type { CertificateDetails, NodeRow, PendingChange, Writing } from '../store/index.ts'
import { listAffected } from './affected-certificates.ts'
import { changeHosts } from './change-hosts.ts'
import { judgeHosts, objectionToOperator } from './judge-hosts.ts'

/** What an operator's decision came to. */
export interface HostsDecision {
  readonly node: string
  readonly before: readonly Host[]
  readonly after: readonly Host[]
  readonly affected: readonly CertificateDetails[]
}

export interface ApprovalWish {
  readonly node: string
  /** Id of the change that the operator saw. */
  readonly change: string | undefined
  /** Or the very hosts, of those that it adds. */
  readonly hosts: readonly string[] | undefined
}

/**
 * Makes the change that a node asks for, if it is still the one that the operator saw: a node could
 * ask for another one a moment before. ERR_USAGE, ERR_NODE_UNKNOWN, ERR_NODE_CHANGE_GONE,
 * ERR_NAME_RESERVED, ERR_NAME_INVALID, ERR_REQUESTER_NOT_PERMITTED.
 */
export const approveNodeChange = (
  authority: Authority,
  operator: OperatorRequester,
  wish: ApprovalWish,
): Promise<HostsDecision> =>
  authority.store.transact(async (writing) => {
    const node = await nodeFor(writing, operator, wish.node)
    const pending = await pendingOf(writing, node.name, wish.change)
    const change = { gone: pending.gone, added: addedBy(pending, wish) }
    for (const { objection } of await judgeHosts(authority, writing, node, change.added))
      if (objection) throw objection
    return decide(authority, writing, operator, {
      node,
      pending,
      after: applyHostChange(node.hosts, change),
    })
  })

/** An operator's own will: all names and addresses beside the node's own name. Same failures. */
export const setNodeHosts = (
  authority: Authority,
  operator: OperatorRequester,
  wish: { readonly node: string; readonly hosts: readonly string[] },
): Promise<HostsDecision> =>
  authority.store.transact(async (writing) => {
    const node = await nodeFor(writing, operator, wish.node)
    const after = uniqueHosts(wish.hosts.map(parseHost))
    const objection = await objectionToOperator(authority, writing, node, after)
    if (objection) throw objection
    const known = await writing.findNodeChange(node.name)
    const pending = known?.pending ?? undefined
    return decide(authority, writing, operator, { node, pending, after })
  })

/** The node goes on without; it is not asked about the same again. */
export const rejectNodeChange = (
  authority: Authority,
  operator: OperatorRequester,
  wish: { readonly node: string; readonly change: string | undefined },
): Promise<{ readonly node: string; readonly pending: PendingChange; readonly since: string }> =>
  authority.store.transact(async (writing) => {
    const node = await nodeFor(writing, operator, wish.node)
    const pending = await pendingOf(writing, node.name, wish.change)
    const known = await writing.findNodeChange(node.name)
    if (!known) throw gone(node.name)
    const { added, gone: left, reported } = pending
    const settled = settle({ settled: known.settled ?? undefined, reported }, left)
    await writing.putNodeChange({ ...known, settled, pending: null, pendingSince: null })
    await writing.appendLog(
      actorAt(authority, 'node-change-rejected', describeRequester(operator), {
        node: node.name,
        added: added.map(({ value }) => value),
        gone: left.map(({ value }) => value),
      }),
    )
    return { node: node.name, pending, since: known.pendingSince ?? '' }
  })

const decide = async (
  authority: Authority,
  writing: Writing,
  operator: OperatorRequester,
  {
    node,
    pending,
    after,
  }: {
    readonly node: NodeRow
    readonly pending: PendingChange | undefined
    readonly after: readonly Host[]
  },
): Promise<HostsDecision> => {
  const actor = describeRequester(operator)
  await changeHosts(authority, writing, { node, actor, pending, after, isByPolicy: false })
  const affected = await listAffected(authority, writing, { ...node, hosts: [...after] })
  return { node: node.name, before: node.hosts, after, affected }
}

const nodeFor = async (
  writing: Writing,
  operator: OperatorRequester,
  name: string,
): Promise<NodeRow> => {
  const node = await getManageableNode(writing, operator, name)
  if (node.state === 'removed')
    throw new EasycertsError('ERR_NODE_REMOVED', `node ${node.name} was removed`)
  return node
}

const pendingOf = async (
  writing: Writing,
  node: string,
  id: string | undefined,
): Promise<PendingChange> => {
  const pending = (await writing.findNodeChange(node))?.pending
  if (!pending || (id !== undefined && pending.id !== id)) throw gone(node)
  return pending
}

const gone = (node: string) =>
  new EasycertsError('ERR_NODE_CHANGE_GONE', `node ${node} asks for no such change`)

const addedBy = (
  { added }: PendingChange,
  { node, change, hosts }: ApprovalWish,
): readonly Host[] => {
  if (hosts === undefined && change === undefined)
    throw new EasycertsError('ERR_USAGE', `which change of node ${node} is approved?`, {
      hint: 'give --change with the id that "ca-server node changes" shows, or --address',
    })
  if (hosts === undefined) return added
  const chosen = uniqueHosts(hosts.map(parseHost))
  if (!chosen.every((host) => added.some((each) => sameHost(each, host)))) throw gone(node)
  return chosen
}
