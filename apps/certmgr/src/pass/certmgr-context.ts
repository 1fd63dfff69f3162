import type { NodeClient } from '@easycerts/adapters/ca-client'
import type { CfsslRemote } from '@easycerts/adapters/cfssl-remote'
import type { Identity, IdentityStore, NodeRecord } from '@easycerts/adapters/identity-store'
import type { Absentee } from '@easycerts/adapters/join-session'
import type { Log } from '@easycerts/adapters/log'
import type { ServiceActions } from '@easycerts/adapters/systemd'
import type { TrustStore } from '@easycerts/adapters/trust-store'
import type { RouteReply } from '@easycerts/shared/api'
import type { ServiceManagerKind } from '@easycerts/shared/certificate-spec'
import type { Secret } from '@easycerts/shared/encoding'
import type { LegacyAuthority } from '@easycerts/shared/legacy-certmgr'
import type { Clock } from '@easycerts/shared/time'
import type { Certificate } from '@easycerts/shared/x509'
import type { CertmgrConfig } from '../config/index.ts'
import { createFileParser, type FileParser, type Place } from '../disk/index.ts'
import type { MachineSource } from '../node-report/index.ts'
import type { Attempts } from '../plan/index.ts'
import type { LoadedSpecs } from '../specs/index.ts'
import type {
  ActionLedger,
  LeaseFile,
  ProofFile,
  RenewalSuggestions,
  StatePaths,
  Status,
  TrustBundles,
} from '../state/index.ts'
import { newTally, type Tally } from './tally.ts'

/** What a pass works with. */
export interface CertmgrContext {
  readonly config: CertmgrConfig
  readonly specs: LoadedSpecs
  readonly place: Place
  readonly paths: StatePaths
  readonly store: IdentityStore
  readonly trust: TrustStore
  readonly machine: MachineSource
  readonly ledger: ActionLedger
  readonly proofs: ProofFile
  readonly leases: LeaseFile
  readonly services: ServiceActions
  /** The service manager that an action names, where it names one. */
  readonly servicesOf: (manager: ServiceManagerKind) => ServiceActions
  readonly remotes: Remotes
  /** Where specs of the old certmgr may have their auth keys. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly connect: (session: Session) => NodeClient
  /** The way back for a node whose identity has expired. */
  readonly askToReturn: (absentee: Absentee) => Promise<RouteReply<'identityReturn'>>
  /** Whose secrets are believed, beside root's. */
  readonly uid: number
  readonly clock: Clock
  readonly randomOctets: (count: number) => Buffer
  readonly log: Log
  readonly signal: AbortSignal
}

/** The way to remotes of cfssl. */
export interface Remotes {
  /** ERR_FILE_UNREADABLE, ERR_FILE_UNSAFE for what its TLS needs. */
  readonly open: (authority: LegacyAuthority) => CfsslRemote
  /** As `resolveAuthKey`. */
  readonly authKeyOf: (authority: LegacyAuthority) => Secret<Buffer>
}

/** What a remote told of its CA, and when it is to be asked again; empty as long as it has not answered. */
export interface KnownRemote {
  readonly authorities?: readonly Certificate[]
  /** PEM. */
  readonly bundle?: string
  readonly contactAt?: Date
}

/** Who the node is in the calls of one pass; a renewal changes `identity` on the way. */
export interface Session {
  identity: Identity
  readonly record: NodeRecord
  readonly anchorPem: string
}

/** What one pass leaves for the next. */
export interface Memory {
  readonly attempts: Map<string, Attempts>
  trust: TrustBundles | undefined
  suggestions: RenewalSuggestions
  ca: Status['ca']
  /** By the name of the remote. */
  readonly remotes: Map<string, KnownRemote>
  /** When the CA is to be asked again, whatever the certificates need. */
  contactAt: Date
  readonly tally: Tally
  readonly parser: FileParser
}

export const newMemory = (
  now: Date,
  { trust, suggestions }: Pick<Memory, 'trust' | 'suggestions'>,
): Memory => ({
  attempts: new Map(),
  trust,
  suggestions,
  ca: { state: 'unknown' },
  remotes: new Map(),
  contactAt: now,
  tally: newTally(),
  parser: createFileParser(),
})
