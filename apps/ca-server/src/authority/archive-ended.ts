import type { Authority } from './authority.ts'
import type { ArchivedTable } from './store/index.ts'

export interface ArchiveWish {
  readonly table: ArchivedTable
  readonly endedBefore: Date
  /** So many rows at most. */
  readonly limit: number
  /** Milliseconds. */
  readonly monotonic: () => number
}

export interface ArchivedBatch {
  readonly rows: number
  /** For how long nothing else was done, in milliseconds. */
  readonly took: number
}

/**
 * One batch of ended records into the archive, in one transaction with its entry in the log. The
 * log keeps every row that it ever held, so it verifies as before.
 */
export const archiveBatch = (
  { store, clock }: Pick<Authority, 'store' | 'clock'>,
  { table, endedBefore, limit, monotonic }: ArchiveWish,
): Promise<ArchivedBatch> =>
  store.transact(async (writing) => {
    const began = monotonic()
    const before = endedBefore.toISOString()
    const rows = await writing.archiveEnded(table, before, limit)
    if (rows > 0)
      await writing.appendLog({
        at: clock().toISOString(),
        kind: `${table}-archived`,
        actor: 'ca-server',
        body: { rows, endedBefore: before },
      })
    return { rows, took: monotonic() - began }
  })
