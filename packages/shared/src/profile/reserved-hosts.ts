import { type ClusterFacts, type Host, sameHost } from '../cluster/index.ts'
import { APISERVER_SERVICE_HOSTS } from './host-templates.ts'
import { expandHosts } from './template.ts'

/**
 * Names that no worker may bear: with a serving certificate for one, the worker could pose as the CA
 * or, to every client of the cluster's CA, as kube-apiserver. Loopback is everybody's own.
 */
export const reservedHosts = (cluster: ClusterFacts, caHosts: readonly Host[]): Host[] =>
  [...caHosts, ...expandHosts(APISERVER_SERVICE_HOSTS, { cluster })].filter(
    (host) => !isLoopback(host),
  )

export const findReserved = (hosts: readonly Host[], reserved: readonly Host[]): Host | undefined =>
  hosts.find((host) => reserved.some((each) => sameHost(each, host)))

const isLoopback = ({ value }: Host): boolean =>
  value === 'localhost' || value === '::1' || value.startsWith('127.')
