import { type ClusterFacts, type NodeFacts, parseHost } from '@easycerts/shared/cluster'

/** The cluster, the nodes and the instant that tests of the core speak of. */
export const NOW = new Date('2026-03-01T12:00:00Z')

export const CLUSTER: ClusterFacts = {
  name: 'lab',
  domain: 'cluster.local',
  serviceCidr: '10.96.0.0/12',
  podCidr: '10.244.0.0/16',
  apiserver: 'https://api.lab.example:6443',
  kubernetesVersion: '1.36',
}

export const WORKER: NodeFacts = {
  name: 'worker-1',
  role: 'worker',
  hosts: [parseHost('worker-1.lab.example'), parseHost('192.0.2.21')],
  clusterAdmin: false,
}

export const MASTER: NodeFacts = {
  name: 'master-1',
  role: 'master',
  hosts: [parseHost('master-1.lab.example'), parseHost('192.0.2.11'), parseHost('2001:db8::11')],
  clusterAdmin: false,
}

/** A master whose ticket said --cluster-admin. */
export const ADMIN_MASTER: NodeFacts = { ...MASTER, clusterAdmin: true }

export const CA_HOSTS = [parseHost('ca.lab.example'), parseHost('192.0.2.1')]
