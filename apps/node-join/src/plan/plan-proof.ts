import type { Proof, TrustBundleSpec } from '@easycerts/shared/certificate-spec'
import { type ClusterFacts, type NodeFacts, urlHost } from '@easycerts/shared/cluster'
import {
  BUNDLE_PROOF_POINTS,
  type BundlePurpose,
  COMPONENT_UNITS,
  type NodeCertificate,
  PROOF_POINTS,
  type ProofPoint,
} from '@easycerts/shared/layout'

export interface ProofFacts {
  readonly cluster: Pick<ClusterFacts, 'apiserver'>
  readonly node: Pick<NodeFacts, 'hosts' | 'role'>
  /** The new certificate brings a restart with it, and a second one would not help. */
  readonly isRestarted: boolean
}

const LOOPBACK = '127.0.0.1'
const HTTPS_PORT = '443'

/** How certmgr sees on this node that a certificate is in use; undefined where nothing shows it. */
export const planProof = (
  { profile, component }: Pick<NodeCertificate, 'profile' | 'component'>,
  facts: ProofFacts,
): Proof | undefined => {
  const point = PROOF_POINTS[profile]
  if (!point) return undefined
  const unit = point.mayRestart && !facts.isRestarted ? COMPONENT_UNITS[component] : undefined
  return {
    address: addressOfPoint(point, facts),
    use: point.use,
    within: WITHIN,
    ...(unit === undefined ? {} : { escalation: { restart: unit } }),
  }
}

/** How certmgr sees on a master that a bundle is in use; undefined where nothing shows it. */
export const planBundleProof = (
  purpose: BundlePurpose,
  facts: Pick<ProofFacts, 'cluster' | 'node'>,
): TrustBundleSpec['proof'] => {
  const point = facts.node.role === 'master' ? BUNDLE_PROOF_POINTS[purpose] : undefined
  return point && { address: addressOfPoint(point, facts), use: 'server', within: WITHIN }
}

const WITHIN = '2m'

const addressOfPoint = (
  point: ProofPoint,
  { cluster, node }: Pick<ProofFacts, 'cluster' | 'node'>,
): string => {
  const apiserver = new URL(cluster.apiserver)
  const hosts: Readonly<Record<ProofPoint['at'], string>> = {
    loopback: LOOPBACK,
    node: addressOf(node),
    apiserver: apiserver.hostname,
  }
  const port = point.port === 'apiserver' ? apiserver.port || HTTPS_PORT : point.port
  return `${hosts[point.at]}:${port}`
}

const addressOf = ({ hosts }: Pick<NodeFacts, 'hosts'>): string => {
  const host = hosts.find(({ kind }) => kind === 'ip')
  return host ? urlHost(host) : LOOPBACK
}
