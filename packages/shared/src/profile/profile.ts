import type { Role } from '../cluster/index.ts'
import type { Duration } from '../time/index.ts'
import type { IssuerPurpose } from './issuer-purpose.ts'

/** client: clientAuth; server: serverAuth; peer: both. */
export type CertificateUsage = 'client' | 'server' | 'peer'

/**
 * What may be certified, for whom, for how long. Texts are templates over node, cluster and
 * request (`template.ts`); what a requester sends never becomes part of a subject or a name.
 */
export interface Profile {
  readonly name: string
  readonly issuer: IssuerPurpose
  readonly usage: CertificateUsage
  readonly commonName: string
  readonly organizations: readonly string[]
  /** SAN templates; one that stands for a list ('{node.hosts}') gives several names. */
  readonly names: readonly string[]
  /** Roles whose nodes may ask for it with their identity; none: only the CA itself or its operator. */
  readonly roles: readonly Role[]
  /** Only for nodes whose ticket said --cluster-admin. */
  readonly clusterAdmin?: boolean
  /** Adds the URI SAN `easycerts://<cluster>/node/<node>`. */
  readonly identityUri?: boolean
  readonly life: Duration
}
