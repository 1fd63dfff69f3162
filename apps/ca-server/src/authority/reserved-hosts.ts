import type { Host } from '@easycerts/shared/cluster'
import { findReserved, reservedHosts } from '@easycerts/shared/profile'
import type { Authority } from './authority.ts'

/** The first of these hosts that no worker may bear: a name of the CA or of kube-apiserver. */
export const findReservedHost = (
  { cluster, hosts: caHosts }: Pick<Authority, 'cluster' | 'hosts'>,
  hosts: readonly Host[],
): Host | undefined => findReserved(hosts, reservedHosts(cluster, caHosts))
