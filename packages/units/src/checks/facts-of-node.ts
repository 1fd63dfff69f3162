import { type ClusterFacts, type Host, type NodeFacts, urlHost } from '@easycerts/shared/cluster'
import { BUILT_IN_PROFILES, expandHosts } from '@easycerts/shared/profile'
import type { ClusterDescription, DescribedNode } from '../description/index.ts'

/** What the CA knows of a cluster that is described so. */
export const clusterFactsOf = ({
  name,
  domain,
  networks,
  masterAddress,
  apiserverPort,
  release,
}: ClusterDescription): ClusterFacts => ({
  name,
  domain,
  serviceCidr: networks.services[0] ?? '',
  podCidr: networks.pods[0] ?? '',
  apiserver: `https://${urlHost(masterAddress)}:${apiserverPort}`,
  kubernetesVersion: release,
})

/** What a ticket for this node says of it. */
export const nodeFactsOf = ({ name, roles, addresses, names }: DescribedNode): NodeFacts => ({
  name,
  role: roles.includes('master') ? 'master' : 'worker',
  hosts: [...addresses.map((value): Host => ({ kind: 'ip', value })), ...names],
  clusterAdmin: false,
})

/** Names and addresses in the certificate of a profile; none for one that the CA does not know. */
export const certifiedHosts = (
  profile: string,
  description: ClusterDescription,
  node: DescribedNode,
): readonly string[] => {
  const found = BUILT_IN_PROFILES.find(({ name }) => name === profile)
  const facts = { cluster: clusterFactsOf(description), node: nodeFactsOf(node) }
  return found === undefined ? [] : expandHosts(found.names, facts).map(({ value }) => value)
}
