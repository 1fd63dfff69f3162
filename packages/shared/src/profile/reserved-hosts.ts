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

/**
 * The same for names that are written as nobody here writes them: in capitals, with a dot at the end,
 * or with a wildcard, which stands for one label (RFC 9525 §6.3).
 */
export const findReservedName = <Name extends { readonly kind: string; readonly value: string }>(
  names: readonly Name[],
  reserved: readonly Host[],
): Name | undefined =>
  names.find(({ kind, value }) => {
    if (kind === 'ip') return reserved.some((each) => sameHost(each, { kind, value }))
    if (kind !== 'dns') return false
    const plain = value.trim().toLowerCase().replace(/\.+$/, '')
    return reserved.some(
      (each) =>
        each.value === plain ||
        (plain.startsWith('*') &&
          each.value.replace(/^[^.]*/, '*') === plain.replace(/^[^.]*/, '*')),
    )
  })
