import type { MetaReading } from './store/index.ts'

/** The time after a restore in which the CA adopts identities that it issued and does not know. */
export interface Reconciliation {
  /** When the records were restored. */
  readonly since: string
  readonly until: string
  /** When they were as they came back; what happened from here to `since` is not in them. */
  readonly backupAt: string
  /** The log as the backup had it; the root is base64. */
  readonly previous: { readonly epoch: number; readonly size: number; readonly root: string }
  /** Before its time, by the operator. */
  readonly endedAt?: string
}

export const formatReconciliation = (reconciliation: Reconciliation): string =>
  JSON.stringify(reconciliation)

/** The last restore's, whether it goes on or has ended; undefined in a store that was never restored. */
export const findReconciliation = async (
  reading: MetaReading,
): Promise<Reconciliation | undefined> => {
  const text = await reading.findMeta('reconcile')
  // Our own text, under the log's watch like every row.
  return text === undefined ? undefined : (JSON.parse(text) as Reconciliation)
}

export const isReconciling = (
  reconciliation: Reconciliation | undefined,
  now: Date,
): reconciliation is Reconciliation =>
  reconciliation !== undefined &&
  reconciliation.endedAt === undefined &&
  now < new Date(reconciliation.until)
