import type { ClusterFacts, NodeFacts, Role } from '@easycerts/shared/cluster'

export const sampleCluster = (kubernetesVersion = '1.36'): ClusterFacts => ({
  name: 'demo',
  domain: 'cluster.local',
  serviceCidr: '10.96.0.0/12',
  podCidr: '10.244.0.0/16',
  apiserver: 'https://10.0.0.1:6443',
  kubernetesVersion,
})

export const sampleNode = (role: Role, clusterAdmin = false): NodeFacts => ({
  name: `${role}-1`,
  role,
  hosts: [{ kind: 'ip', value: '10.0.0.11' }],
  clusterAdmin,
})

export const sampleFacts = (role: Role, kubernetesVersion?: string) => ({
  cluster: sampleCluster(kubernetesVersion),
  node: sampleNode(role),
  keyAlgorithm: 'ecdsa-p256' as const,
})
