import { type Host, parseHost } from '@easycerts/shared/cluster'
import { findReserved, isLoopback, reservedHosts } from '@easycerts/shared/profile'
import type { Authority } from './authority.ts'
import type { NodeRow } from './store/index.ts'

/** The first of these hosts that no worker may bear: a name of the CA or of kube-apiserver. */
export const findReservedHost = (
  { cluster, hosts: caHosts }: Pick<Authority, 'cluster' | 'hosts'>,
  hosts: readonly Host[],
): Host | undefined => findReserved(hosts, reservedHosts(cluster, caHosts))

/** The same for what a master bears, whose kube-apiserver has it in its certificate too. */
export const findHostOfMaster = (
  masters: readonly NodeRow[],
  hosts: readonly Host[],
): Host | undefined =>
  findReserved(
    hosts,
    masters
      .flatMap(({ name, hosts }) => [parseHost(name), ...hosts])
      .filter((host) => !isLoopback(host)),
  )
