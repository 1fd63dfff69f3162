import type { NodeFacts } from '@easycerts/shared/cluster'
import {
  easyCertsKeyPolicy,
  type OperatorRequester,
  type Requester,
} from '@easycerts/shared/issuance'
import type { TemplateFacts } from '@easycerts/shared/profile'
import { ADMIN_MASTER, CA_HOSTS, CLUSTER, WORKER } from './sample-cluster.ts'

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

export const OPERATOR: OperatorRequester = { kind: 'operator', name: 'root' }
export const OPERATOR_CERTIFICATE: OperatorRequester = {
  kind: 'operator-certificate',
  name: 'jane',
  fingerprint: 'e'.repeat(64),
}
export const CA_SERVER: Requester = { kind: 'ca-server' }

/** The key that all nodes of an easyCerts cluster share, asking for a worker's kubelet. */
export const LEGACY_KEY: Extract<Requester, { readonly kind: 'legacy' }> = {
  kind: 'legacy',
  key: { name: 'apitoken', rows: [easyCertsKeyPolicy('apitoken')] },
  wish: {
    profile: 'default',
    commonName: `system:node:${WORKER.name}`,
    organizations: ['system:nodes'],
    names: WORKER.hosts,
    address: '192.0.2.21',
    at: new Date('2030-01-01T00:00:00Z'),
  },
}

/** Everything that a template may speak of, for one node. */
export const factsOf = (node: NodeFacts = ADMIN_MASTER): TemplateFacts => ({
  cluster: CLUSTER,
  node,
  caServer: { hosts: CA_HOSTS },
  request: { user: 'kubernetes-admin', groups: ['system:masters', 'lab:operators'] },
})

const PERSONS = ['admin', 'operator', 'kubernetes-admin', 'super-admin']

/** Who may ask for a profile. */
export const requesterFor = (profile: string, node: NodeFacts = ADMIN_MASTER): Requester => {
  if (PERSONS.includes(profile)) return OPERATOR
  if (/^(ca-server$|legacy-door$|trust-key$|ocsp-signer-)/.test(profile)) return CA_SERVER
  if (profile === 'legacy') return LEGACY_KEY
  return profile === 'node-identity' ? ticketRequester(node) : nodeRequester(node)
}
