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
import type { TlsServers } from '@easycerts/units/checks'

export interface ProofFacts {
  readonly cluster: Pick<ClusterFacts, 'apiserver'>
  readonly node: Pick<NodeFacts, 'hosts' | 'role'>
  /** What the units of this node say of themselves; undefined: what is usual. */
  readonly servers?: TlsServers | undefined
  /** The new certificate brings a restart with it, and a second one would not help. */
  readonly isRestarted: boolean
}

const LOOPBACK = '127.0.0.1'
const HTTPS_PORT = '443'

/** How certmgr sees on this node that a certificate is in use; undefined where nothing shows it. */
export const planProof = (
  row: Pick<NodeCertificate, 'profile' | 'component' | 'certificate'>,
  facts: ProofFacts,
): Proof | undefined => {
  const { profile, component } = row
  const point = PROOF_POINTS[profile]
  if (!point) return undefined
  const address = point.use === 'server' ? shownAt(row, point, facts) : addressOfPoint(point, facts)
  if (address === undefined) return undefined
  const unit = point.mayRestart && !facts.isRestarted ? COMPONENT_UNITS[component] : undefined
  return {
    address,
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

const EVERYWHERE = new Set(['', '0.0.0.0', '::'])

/** Where the component of this node shows the certificate; undefined where it shows another one or none. */
const shownAt = (
  { component, certificate }: Pick<NodeCertificate, 'component' | 'certificate'>,
  point: ProofPoint,
  facts: ProofFacts,
): string | undefined => {
  const { servers } = facts
  const server = servers?.[component]
  if (server === undefined)
    return servers !== undefined && point.mayBeUnused === true
      ? undefined
      : addressOfPoint(point, facts)
  if (server.certificate !== certificate) return undefined
  const { address, port } = server
  return EVERYWHERE.has(address) ? `${LOOPBACK}:${port}` : `${bracketed(address)}:${port}`
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)

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
