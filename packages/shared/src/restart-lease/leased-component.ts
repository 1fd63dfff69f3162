import * as v from 'valibot'
import type { Role } from '../cluster/index.ts'
import { COMPONENT_PORTS, COMPONENT_UNITS, NODE_CERTIFICATES } from '../layout/index.ts'

/** Whose restarts are counted: a component of Kubernetes, or any name that a spec gives. */
export const leasedComponentSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,50}$/, 'is not the name of a component (lower case, digits, -)'),
)

/** How one asks a member of a component whether it works. */
export interface MemberHealth {
  /** A port, or the one of kube-apiserver. */
  readonly port: number | 'apiserver'
  readonly path: string
  /** Of the certificate that it shows there. */
  readonly profile: string
}

/**
 * Components of which each member holds a share of the whole, so that two at one time may stop the
 * cluster. They are guarded together: no kube-apiserver works without its etcd.
 */
export const GUARDED_COMPONENTS: Readonly<Record<string, MemberHealth | undefined>> = {
  etcd: { port: COMPONENT_PORTS.etcdClient, path: '/health', profile: 'etcd-server' },
  'kube-apiserver': { port: 'apiserver', path: '/readyz', profile: 'kube-apiserver' },
}

export const isGuarded = (component: string): boolean =>
  Object.hasOwn(GUARDED_COMPONENTS, component)

/** The guarded component of a systemd unit; its restarts always need a lease. */
export const guardedComponentOf = (unit: string): string | undefined =>
  Object.entries(COMPONENT_UNITS).find(
    ([component, known]) => known === unit && isGuarded(component),
  )?.[0]

/** Roles whose nodes run a component; undefined for one that is none of Kubernetes'. */
export const rolesOfComponent = (component: string): readonly Role[] | undefined => {
  const rows = NODE_CERTIFICATES.filter((row) => row.component === component)
  return rows.length === 0 ? undefined : [...new Set(rows.flatMap(({ roles }) => roles))]
}
