import { type ClusterFacts, type Host, sameHost } from '../cluster/index.ts'
import { APISERVER_SERVICE_HOSTS } from './host-templates.ts'
import { expandHosts } from './template.ts'

/**
 * Names that no worker may bear: with a serving certificate for one, the worker could pose as the CA
 * or, to every client of the cluster's CA, as kube-apiserver. Loopback is everybody's own.
 */
export const reservedHosts = (cluster: ClusterFacts, caHosts: readonly Host[]): Host[] =>
  [...caHosts, ...apiserverHosts(cluster)].filter((host) => !isLoopback(host))

// Asked for at each issuance of a process that has one cluster: reading its ranges costs a signature.
const known = new WeakMap<ClusterFacts, readonly Host[]>()

const apiserverHosts = (cluster: ClusterFacts): readonly Host[] => {
  const hosts = known.get(cluster) ?? expandHosts(APISERVER_SERVICE_HOSTS, { cluster })
  known.set(cluster, hosts)
  return hosts
}

export const findReserved = (hosts: readonly Host[], reserved: readonly Host[]): Host | undefined =>
  hosts.find((host) => reserved.some((each) => sameHost(each, host)))

export const isLoopback = ({ value }: Host): boolean =>
  value === 'localhost' || value === '::1' || value.startsWith('127.')
