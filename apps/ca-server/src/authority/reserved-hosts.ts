import { type Host, sameHost } from '@easycerts/shared/cluster'
import { expandHosts } from '@easycerts/shared/profile'
import type { Authority } from './authority.ts'

/**
 * A name that no worker may bear: with a serving certificate for it, the worker could pose as the
 * CA or, to every client of the cluster's CA, as kube-apiserver. Loopback is everybody's own.
 */
export const findReservedHost = (
  authority: Authority,
  hosts: readonly Host[],
): Host | undefined => {
  const reserved = [...authority.hosts, ...apiserverHosts(authority)].filter(
    (host) => !isLoopback(host),
  )
  return hosts.find((host) => reserved.some((each) => sameHost(each, host)))
}

/** What clients dial: the names of the apiserver's profile but those of the master itself. */
const apiserverHosts = ({ profiles, cluster }: Authority): Host[] => {
  const templates = profiles.get('kube-apiserver')?.names ?? []
  return expandHosts(
    templates.filter((template) => !template.startsWith('{node.')),
    { cluster },
  )
}

const isLoopback = ({ value }: Host): boolean =>
  value === 'localhost' || value === '::1' || value.startsWith('127.')
