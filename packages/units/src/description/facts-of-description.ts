import { type ClusterFacts, type Host, type NodeFacts, urlHost } from '@easycerts/shared/cluster'
import type { ClusterDescription, DescribedNode } from './cluster-description.ts'

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
