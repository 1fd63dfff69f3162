import type { Proof } from '@easycerts/shared/certificate-spec'
import { type ClusterFacts, type NodeFacts, urlHost } from '@easycerts/shared/cluster'
import {
  COMPONENT_UNITS,
  type NodeCertificate,
  PROOF_POINTS,
  type ProofPoint,
} from '@easycerts/shared/layout'

export interface ProofFacts {
  readonly cluster: Pick<ClusterFacts, 'apiserver'>
  readonly node: Pick<NodeFacts, 'hosts'>
  /** The new certificate brings a restart with it, and a second one would not help. */
  readonly isRestarted: boolean
}

const LOOPBACK = '127.0.0.1'
const HTTPS_PORT = '443'

/** How certmgr sees on this node that a certificate is in use; undefined where nothing shows it. */
export const planProof = (
  { profile, component }: Pick<NodeCertificate, 'profile' | 'component'>,
  { cluster, node, isRestarted }: ProofFacts,
): Proof | undefined => {
  const point = PROOF_POINTS[profile]
  if (!point) return undefined
  const apiserver = new URL(cluster.apiserver)
  const hosts: Readonly<Record<ProofPoint['at'], string>> = {
    loopback: LOOPBACK,
    node: addressOf(node),
    apiserver: apiserver.hostname,
  }
  const port = point.port === 'apiserver' ? apiserver.port || HTTPS_PORT : point.port
  const unit = point.mayRestart && !isRestarted ? COMPONENT_UNITS[component] : undefined
  return {
    address: `${hosts[point.at]}:${port}`,
    use: point.use,
    within: '2m',
    ...(unit === undefined ? {} : { escalation: { restart: unit } }),
  }
}

const addressOf = ({ hosts }: Pick<NodeFacts, 'hosts'>): string => {
  const host = hosts.find(({ kind }) => kind === 'ip')
  return host ? urlHost(host) : LOOPBACK
}
