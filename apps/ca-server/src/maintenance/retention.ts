import { addDuration, type Duration, hours } from '@easycerts/shared/time'
import {
  ARCHIVED_TABLES,
  archiveBatch,
  type ArchivedTable,
  type Authority,
} from '../authority/index.ts'
import type { RetentionSettings } from '../config/index.ts'
import type { MaintenanceTask } from './maintenance-task.ts'

export interface Retention {
  readonly authority: Pick<Authority, 'store' | 'clock'>
  readonly settings: RetentionSettings
  /** Milliseconds, for the length of a batch. */
  readonly monotonic: () => number
  readonly sleep: (duration: Duration) => Promise<void>
  readonly isStopped: () => boolean
}

const INTERVAL = hours(1)
/** Milliseconds in which nothing is issued: a batch that took longer makes the next one smaller. */
const LONGEST_BATCH = 10
const FIRST_BATCH = 20
// Bounds how long issuance waits for a batch that takes longer than those before it.
const LARGEST_BATCH = 100
/** Leaves most of the time to issuance while there is much to move. */
const PAUSE = 40 as Duration

const PERIODS: Readonly<Record<ArchivedTable, keyof RetentionSettings>> = {
  certificates: 'expiredCertificates',
  identities: 'endedIdentities',
  ticket_uses: 'endedTickets',
  tickets: 'endedTickets',
}

/** Moves what ended long ago to the archive, a little at a time. */
export const retention = (wish: Retention): MaintenanceTask => {
  let dueAt = wish.authority.clock()
  return {
    name: 'retention',
    dueAt: () => dueAt,
    run: async () => {
      for (const table of ARCHIVED_TABLES) await archiveAll(table, wish)
      dueAt = addDuration(wish.authority.clock(), INTERVAL)
    },
  }
}

const archiveAll = async (
  table: ArchivedTable,
  { authority, settings, monotonic, sleep, isStopped }: Retention,
): Promise<void> => {
  const endedBefore = addDuration(authority.clock(), 0 - settings[PERIODS[table]])
  let limit = FIRST_BATCH
  while (!isStopped()) {
    const { rows, took } = await archiveBatch(authority, { table, endedBefore, limit, monotonic })
    if (rows < limit) return
    limit = nextLimit(limit, took)
    await sleep(PAUSE)
  }
}

/** Towards the length that a batch may have, by half or double at most. */
const nextLimit = (limit: number, took: number): number => {
  const factor = Math.min(2, Math.max(0.5, LONGEST_BATCH / Math.max(took, 0.1)))
  return Math.min(LARGEST_BATCH, Math.max(1, Math.floor(limit * factor)))
}
