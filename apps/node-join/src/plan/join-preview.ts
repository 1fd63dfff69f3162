import type { ClusterFacts, NodeFacts } from '@easycerts/shared/cluster'
import type { JoinDecision } from './decide-join.ts'
import type { ServiceStep } from './plan-services.ts'

export type FileKind =
  | 'trust bundle'
  | 'kubeconfig'
  | 'certificate spec'
  | 'service-account key'
  | 'unit or configuration'

export interface PreviewedFile {
  readonly path: string
  readonly kind: FileKind
  readonly action: 'write' | 'replace' | 'keep'
  readonly owner: string
  /** '0600' */
  readonly mode: string
}

export interface PreviewedCertificate {
  readonly profile: string
  readonly action: 'issue' | 'renew' | 'keep'
  /** Why it is asked for. */
  readonly reason?: string
  readonly subject: string
  readonly names: readonly string[]
  /** Id of the issuer, and the life in seconds; left out where the CA was not asked. */
  readonly issuer?: string
  readonly life?: number
  /** Why the CA would refuse it. */
  readonly refusal?: string
  readonly certificate: string
  readonly key: string
  readonly owner: string
}

/** What a join with this ticket would come to, on this machine as it is now. */
export interface JoinPreview {
  readonly ca: {
    readonly cluster: string
    readonly endpoint: string
    /** SHA-256 over the SPKI of the CA that the ticket pins, hex. */
    readonly pin: string
    /** Local minus the CA's, in milliseconds; left out where the CA was not asked. */
    readonly clockOffset?: number
  }
  readonly ticket: {
    readonly id: string
    readonly state: 'open' | 'bound' | 'used by this machine'
    readonly expiresAt?: string
    readonly replacesNode?: boolean
  }
  /** Where this machine's identity would come from. */
  readonly identity: JoinDecision['kind']
  readonly node: NodeFacts
  readonly cluster: ClusterFacts
  /** What is taken over from the old certmgr of this machine. */
  readonly adoption?: {
    readonly layout: string
    /** Its configuration. */
    readonly config: string
    /** Specs that stay as they are. */
    readonly left: readonly string[]
  }
  readonly certificates: readonly PreviewedCertificate[]
  readonly files: readonly PreviewedFile[]
  readonly units: readonly ServiceStep[]
  readonly warnings: readonly string[]
}

/** Whether a join would leave this machine as it is. */
export const changesNothing = ({ identity, certificates, files }: JoinPreview): boolean =>
  identity === 'continue' &&
  certificates.every(({ action }) => action === 'keep') &&
  files.every(({ action }) => action === 'keep')
