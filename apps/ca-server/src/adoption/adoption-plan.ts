import type { DesiredFile } from '@easycerts/adapters/stack-installation'
import type { Secret } from '@easycerts/shared/encoding'
import type { IssuerPurpose } from '@easycerts/shared/profile'
import type { CaServerConfigFile } from '../config/index.ts'
import type { ImportedIssuer } from '../data-directory/import-issuer.ts'

/** One thing of the old cluster, and what it is from now on. */
export interface PlannedThing {
  readonly thing: string
  /** A path, or where else it comes from. */
  readonly from: string
  readonly becomes: string
}

/** A file of the new data directory beside those that every CA has; mode 0600. */
export interface LegacyFile {
  /** Below the data directory. */
  readonly name: string
  readonly content: Secret<string>
}

/** The port that changes hands. */
export interface PortTakeover {
  /** The unit that has it now. */
  readonly unit: string
  readonly address: string
  readonly port: number
  readonly isTls: boolean
  /** PEM that `info` of either holder tells: so they are told from a stranger. */
  readonly certificate: string
}

/** All that an adoption does, and why: nothing that exists is changed, everything is added beside it. */
export interface AdoptionPlan {
  readonly kind: 'easycerts' | 'kubeadm'
  readonly config: CaServerConfigFile
  readonly imported: Partial<Readonly<Record<IssuerPurpose, ImportedIssuer>>>
  readonly legacyFiles: readonly LegacyFile[]
  /** Units and drop-ins; none of them may exist. */
  readonly files: readonly DesiredFile[]
  readonly takeover: PortTakeover | undefined
  readonly things: readonly PlannedThing[]
  readonly warnings: readonly string[]
  /** What the operator does afterwards, in order. */
  readonly next: readonly string[]
}
