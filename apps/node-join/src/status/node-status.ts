import type { CertificateOnDisk } from '@easycerts/shared/renewal'

export interface IdentityStatus {
  readonly state: 'none' | 'good' | 'unconfirmed' | 'expired' | 'not yet valid' | 'damaged'
  readonly node?: string
  readonly role?: string
  readonly cluster?: string
  readonly serialNumber?: string
  readonly notAfter?: Date
  readonly reason?: string
}

export interface CertificateStatus {
  readonly profile: string
  readonly component: string
  readonly path: string
  readonly state:
    | 'good'
    | 'due'
    | 'expired'
    | 'not yet valid'
    | 'key mismatch'
    | 'issuer unknown'
    | Exclude<CertificateOnDisk['state'], 'present'>
  readonly notAfter?: Date
}

export interface BundleStatus {
  readonly purpose: string
  readonly path: string
  readonly state: 'good' | 'missing' | 'unreadable'
  /** Certificates or keys in it. */
  readonly entries: number
}

export interface KubeconfigStatus {
  readonly path: string
  /** changed: not as node-join wrote it, which may be meant. */
  readonly state: 'good' | 'changed' | 'missing'
}

export interface UnitStatus {
  readonly unit: string
  readonly isInstalled: boolean
  /** undefined where no service manager can tell. */
  readonly isEnabled?: boolean
  readonly isActive?: boolean
  /** A program of it that is not there. */
  readonly missingProgram?: string
}

/** What a look at this machine finds of its join; the CA is not asked. */
export interface NodeStatus {
  readonly identity: IdentityStatus
  /** A join or a reset that was cut short, or one that waits for an answer. */
  readonly unfinished: readonly string[]
  /** Process that uses the identity now: certmgr, as a rule. */
  readonly holder?: { readonly pid: number; readonly since: string }
  /** Highest head of the CA's log that this node has seen. */
  readonly log?: { readonly epoch: number; readonly size: number }
  readonly trust?: { readonly epoch: number; readonly version: number }
  readonly certificates: readonly CertificateStatus[]
  readonly bundles: readonly BundleStatus[]
  readonly kubeconfigs: readonly KubeconfigStatus[]
  readonly units: readonly UnitStatus[]
  /** Records that cannot be read, each with its reason. */
  readonly damage: readonly string[]
}

const SOUND = new Set<string>(['good', 'due', 'changed'])

/** Everything that somebody should look at, in words; empty where all is well. */
export const problemsOf = (status: NodeStatus): string[] => [
  ...(status.identity.state === 'good' ? [] : [`identity: ${status.identity.state}`]),
  ...status.unfinished,
  ...status.damage,
  ...status.certificates.flatMap(({ profile, state }) =>
    SOUND.has(state) ? [] : [`certificate ${profile}: ${state}`],
  ),
  ...status.bundles.flatMap(({ purpose, state }) =>
    SOUND.has(state) ? [] : [`trust bundle ${purpose}: ${state}`],
  ),
  ...status.kubeconfigs.flatMap(({ path, state }) =>
    SOUND.has(state) ? [] : [`${path}: ${state}`],
  ),
  ...status.units.flatMap(problemsOfUnit),
]

/** What lacks its program cannot run, and waits for somebody to install it. */
const problemsOfUnit = ({
  unit,
  isInstalled,
  isEnabled,
  isActive,
  missingProgram,
}: UnitStatus): string[] => {
  if (!isInstalled) return [`${unit}: not installed`]
  if (missingProgram !== undefined) return []
  return [
    ...(isEnabled === false ? [`${unit}: not enabled`] : []),
    ...(isActive === false ? [`${unit}: not running`] : []),
  ]
}
