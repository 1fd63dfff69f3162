import type { Role } from '../cluster/index.ts'
import type { KeyAlgorithm } from '../key/index.ts'
import type { Duration } from '../time/index.ts'
import type { IssuerPurpose } from './issuer-purpose.ts'
import type { LintLevel } from './lint-level.ts'
import type { RequesterKind } from './requester-kind.ts'
import type { RevocationPolicy } from './revocation-policy.ts'

/**
 * client: clientAuth; server: serverAuth; peer: both; token-signing: a key for JWTs, whose
 * certificate no TLS program accepts (RFC 9509); ocsp-signing: answers for the issuer (RFC 6960);
 * document-signing: a key of trust documents (RFC 9336).
 */
export const CERTIFICATE_USAGES = [
  'client',
  'server',
  'peer',
  'token-signing',
  'ocsp-signing',
  'document-signing',
] as const

export type CertificateUsage = (typeof CERTIFICATE_USAGES)[number]

/** Which setting of `lifetimes` in ca-server.yaml gives the life; 'own': the profile itself. */
export type LifeSource = 'certificates' | 'identity' | 'caServer' | 'own'

/**
 * What may be certified, for whom, for how long. Texts are templates over node, cluster and
 * request (`template.ts`); what a requester sends never becomes part of a subject or a name.
 */
export interface Profile {
  readonly name: string
  /** The profile that this one is another name for. */
  readonly aliasOf?: string
  /** Written by the operator in ca-server.yaml; its subjects are never those of Kubernetes itself. */
  readonly isCustom?: boolean
  readonly issuer: IssuerPurpose
  readonly usage: CertificateUsage
  readonly commonName: string
  readonly organizations: readonly string[]
  /** SAN templates; one that stands for a list ('{node.hosts}') gives several names. */
  readonly names: readonly string[]
  /** Roles whose nodes may ask for it with their identity. */
  readonly roles: readonly Role[]
  /** Who may ask beside the nodes of `roles`; 'node' means every node, whatever its role. */
  readonly requesters: readonly RequesterKind[]
  /** Only for nodes whose ticket said --cluster-admin. */
  readonly clusterAdmin?: boolean
  /** Adds the URI SAN `easycerts://<cluster>/node/<node>`. */
  readonly identityUri?: boolean
  /** Keys that may be certified; all that the CA accepts if left out. */
  readonly keyAlgorithms?: readonly KeyAlgorithm[]
  /** May put its holder into system:masters, which no authoriser can hold back. */
  readonly mayGrantMasters?: boolean
  /** How its certificates are linted; 'strict' if left out. */
  readonly lintLevel?: LintLevel
  /** Left out: no-rev-avail for a life of a day or less, else crl. */
  readonly revocation?: RevocationPolicy
  readonly life: Duration
  readonly lifeFrom: LifeSource
  /** The longest life that a requester who may choose can choose; `life` if left out. */
  readonly maxLife?: Duration
}
