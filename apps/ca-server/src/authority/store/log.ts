import type { LogEntry } from '@easycerts/shared/issuance-log'
import type { CompactRange, TreeHash, TreeNode } from '@easycerts/shared/merkle-log'

export type { LogEntry, LogOrigin } from '@easycerts/shared/issuance-log'

/** An entry as a use case gives it; the store adds its number and the changes it vouches for. */
export type NewLogEntry = Pick<LogEntry, 'at' | 'kind' | 'actor' | 'body'> &
  Partial<Pick<LogEntry, 'origin'>>

/** Which entries to show, newest first. */
export interface LogQuery {
  readonly limit: number
  /** Entries before this number only. */
  readonly before?: number | undefined
  readonly kind?: string | undefined
  readonly actor?: string | undefined
  /** `body.node` of the entry. */
  readonly node?: string | undefined
  /** `body.serialNumber` of the entry. */
  readonly serialNumber?: string | undefined
  /** ISO 8601 in UTC: not earlier, and earlier. */
  readonly since?: string | undefined
  readonly until?: string | undefined
}

export interface LogPage {
  readonly entries: readonly LogEntry[]
  /** Where the next page begins, as `before`; null where there is none. A page may be short before its time. */
  readonly next: number | null
}

export interface LogReading {
  /** The newest entries; those of a work are there once it is done. */
  listLog(limit: number): Promise<readonly LogEntry[]>
  searchLog(query: LogQuery): Promise<LogPage>
  /** The canonical text of an entry. */
  findLogEntry(sequence: number): Promise<string | undefined>
  /** The entry that says a certificate was issued. */
  findIssuanceEntry(
    serialNumber: string,
    fingerprint: string,
  ): Promise<{ readonly sequence: number; readonly entry: string } | undefined>
  /** Texts of the entries that began an epoch, oldest first. */
  listEpochStarts(): Promise<string[]>
  /** The committed tree. */
  logTree(): Promise<CompactRange>
  /** Hashes of complete subtrees of the committed tree. ERR_STORE_CORRUPT where one is missing. */
  listTreeHashes(nodes: readonly TreeNode[]): Promise<TreeHash[]>
}

export interface LogWriting {
  /**
   * The number that the entry has once its work is committed. A work that changes what is recorded
   * must append one: all that it changes goes into its entries.
   */
  appendLog(entry: NewLogEntry): Promise<number>
}
