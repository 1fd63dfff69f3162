import type { NodeFacts } from '@easycerts/shared/cluster'
import type { Requester } from '@easycerts/shared/issuance'
import type { TemplateFacts } from '@easycerts/shared/profile'
import { ADMIN_MASTER, CA_HOSTS, CLUSTER } from './sample-cluster.ts'

export const nodeRequester = (node: NodeFacts): Requester => ({
  kind: 'node',
  node,
  fingerprint: 'f'.repeat(64),
})

export const ticketRequester = (node: NodeFacts): Requester => ({
  kind: 'ticket',
  ticketId: 'abcdefghjkmn',
  node,
})

export const OPERATOR: Requester = { kind: 'operator', name: 'root' }
export const CA_SERVER: Requester = { kind: 'ca-server' }

/** Everything that a template may speak of, for one node. */
export const factsOf = (node: NodeFacts = ADMIN_MASTER): TemplateFacts => ({
  cluster: CLUSTER,
  node,
  caServer: { hosts: CA_HOSTS },
  request: { user: 'kubernetes-admin', groups: ['system:masters', 'lab:operators'] },
})

/** Who may ask for a profile. */
export const requesterFor = (profile: string, node: NodeFacts = ADMIN_MASTER): Requester => {
  if (profile === 'admin') return OPERATOR
  if (profile === 'ca-server') return CA_SERVER
  return profile === 'node-identity' ? ticketRequester(node) : nodeRequester(node)
}
