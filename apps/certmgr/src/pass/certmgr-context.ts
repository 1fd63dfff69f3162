import type { NodeClient } from '@easycerts/adapters/ca-client'
import type { Identity, IdentityStore, NodeRecord } from '@easycerts/adapters/identity-store'
import type { Absentee } from '@easycerts/adapters/join-session'
import type { Log } from '@easycerts/adapters/log'
import type { ServiceActions } from '@easycerts/adapters/systemd'
import type { TrustStore } from '@easycerts/adapters/trust-store'
import type { RouteReply } from '@easycerts/shared/api'
import type { Clock } from '@easycerts/shared/time'
import type { CertmgrConfig } from '../config/index.ts'
import { createFileParser, type FileParser, type Place } from '../disk/index.ts'
import type { MachineSource } from '../node-report/index.ts'
import type { Attempts } from '../plan/index.ts'
import type { LoadedSpecs } from '../specs/index.ts'
import type {
  ActionLedger,
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
  readonly services: ServiceActions
  readonly connect: (session: Session) => NodeClient
  /** The way back for a node whose identity has expired. */
  readonly askToReturn: (absentee: Absentee) => Promise<RouteReply<'identityReturn'>>
  /** Whose secrets are believed, beside root's. */
  readonly uid: number
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
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
  contactAt: now,
  tally: newTally(),
  parser: createFileParser(),
})
