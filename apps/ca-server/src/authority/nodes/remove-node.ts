import { describeRequester, type OperatorRequester } from '@easycerts/shared/issuance'
import type { Authority } from '../authority.ts'
import { actorAt } from '../actor-at.ts'
import { tellingRefusals } from '../refusals.ts'
import {
  revokeCertificates,
  type RevocationChannels,
  type RevocationOutcome,
} from '../revocation/index.ts'
import type { Writing } from '../store/index.ts'
import { forgetServiceAccountKeys } from '../trust/index.ts'
import { getManageableNode, getNode } from './manageable-node.ts'
import { livingIdentities } from './quarantine-node.ts'

export interface RemovalWish {
  readonly operator: OperatorRequester
  readonly node: string
  readonly reason: string
}

/**
 * Revokes all that the node has, ends its tickets and forgets its facts, in one transaction; its log
 * stays, and a name and a state by which no older ticket and no return brings it back. Again is no
 * fault. ERR_NODE_UNKNOWN, ERR_REQUESTER_NOT_PERMITTED.
 */
export const removeNode = async (
  authority: Authority,
  channels: RevocationChannels,
  wish: RemovalWish,
): Promise<RevocationOutcome> => {
  const { operator, reason } = wish
  const asked = { requester: operator, profile: 'node-identity' }
  const { name } = await authority.store.read((reading) => getNode(reading, wish.node))
  let fingerprints: readonly string[] = []
  const outcome = await tellingRefusals(authority, asked, () =>
    revokeCertificates(authority, channels, {
      target: { kind: 'node', node: name },
      reason: 'cessationOfOperation',
      actor: describeRequester(operator),
      operator,
      alongside: async (writing) => {
        fingerprints = await livingIdentities(writing, name)
        await forget(authority, writing, { ...wish, node: name })
      },
    }),
  )
  authority.events.shutOut({ node: name, state: 'removed', reason, fingerprints })
  return outcome
}

const forget = async (
  authority: Authority,
  writing: Writing,
  { operator, node: name, reason }: RemovalWish,
): Promise<void> => {
  const { role, state } = await getManageableNode(writing, operator, name)
  if (state === 'removed') return
  const at = authority.clock().toISOString()
  await writing.endIdentities(name, ['pending', 'current', 'retired', 'superseded'], at)
  await writing.forgetNodeReport(name)
  await writing.putNode({
    name,
    role,
    hosts: [],
    clusterAdmin: false,
    state: 'removed',
    stateReason: reason,
    stateSince: at,
  })
  const actor = describeRequester(operator)
  const body = { node: name, reason, was: state }
  await writing.appendLog(actorAt(authority, 'node-removed', actor, body))
  await forgetServiceAccountKeys(authority, writing, name, actor)
}
