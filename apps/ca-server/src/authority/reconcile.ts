import { EasycertsError } from '@easycerts/shared/errors'
import type { Authority } from './authority.ts'
import { actorAt } from './actor-at.ts'
import {
  findReconciliation,
  formatReconciliation,
  isReconciling,
  type Reconciliation,
} from './reconciliation.ts'
import type { LogEntry, NodeRow, Reading } from './store/index.ts'

export interface ReconciliationStatus {
  /** none: this store was never restored. */
  readonly state: 'none' | 'open' | 'ended'
  readonly reconciliation: Reconciliation | undefined
  /** Entries of kind `identity-adopted`, newest first. */
  readonly adopted: readonly LogEntry[]
  /** Nodes that have not called since the restore; the first of them, see `isComplete`. */
  readonly unseen: readonly NodeRow[]
  readonly isComplete: boolean
}

const PAGE = 1000
/** A list for a person; the records have the rest. */
const MAX_LISTED = 10_000

export const reconciliationStatus = ({ store, clock }: Authority): Promise<ReconciliationStatus> =>
  store.read(async (reading) => {
    const reconciliation = await findReconciliation(reading)
    if (!reconciliation)
      return { state: 'none', reconciliation, adopted: [], unseen: [], isComplete: true }
    const adopted = await listAdopted(reading, reconciliation.since)
    const unseen = await listUnseen(reading, reconciliation.since)
    return {
      state: isReconciling(reconciliation, clock()) ? 'open' : 'ended',
      reconciliation,
      adopted,
      unseen,
      isComplete: adopted.length < MAX_LISTED && unseen.length < MAX_LISTED,
    }
  })

const listAdopted = async (reading: Reading, since: string): Promise<LogEntry[]> => {
  const found: LogEntry[] = []
  let before: number | null | undefined
  while (before !== null && found.length < MAX_LISTED) {
    const { entries, next } = await reading.searchLog({
      kind: 'identity-adopted',
      since,
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    })
    found.push(...entries)
    before = next
  }
  return found
}

const listUnseen = async (reading: Reading, since: string): Promise<NodeRow[]> => {
  const found: NodeRow[] = []
  let after: string | undefined
  for (;;) {
    const rows = await reading.listNodes(PAGE, after)
    found.push(...rows.filter(({ lastSeenAt }) => lastSeenAt === null || lastSeenAt < since))
    after = rows.at(-1)?.name
    if (rows.length < PAGE || found.length >= MAX_LISTED) return found
  }
}

/** From now on an identity that is not on record is nobody's again. ERR_USAGE where none goes on. */
export const endReconciliation = (
  authority: Authority,
  operator: string,
): Promise<Reconciliation> =>
  authority.store.transact(async (writing) => {
    const reconciliation = await findReconciliation(writing)
    if (!isReconciling(reconciliation, authority.clock()))
      throw new EasycertsError('ERR_USAGE', 'no reconciliation goes on', {
        hint: 'one begins with "ca-server restore" and ends by itself',
      })
    const ended = { ...reconciliation, endedAt: authority.clock().toISOString() }
    await writing.putMeta('reconcile', formatReconciliation(ended))
    const { since, backupAt } = reconciliation
    await writing.appendLog(
      actorAt(authority, 'reconciliation-ended', operator, { since, backupAt }),
    )
    return ended
  })
