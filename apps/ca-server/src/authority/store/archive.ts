/** Tables whose rows leave the living records some time after they have ended; what refers to others first. */
export const ARCHIVED_TABLES = ['certificates', 'identities', 'ticket_uses', 'tickets'] as const

export type ArchivedTable = (typeof ARCHIVED_TABLES)[number]

export interface ArchiveWriting {
  /**
   * Moves rows that ended before an instant to the archive, those that ended first first, `limit`
   * at most, and gives their number. What is still current or referred to stays.
   */
  archiveEnded(table: ArchivedTable, endedBefore: string, limit: number): Promise<number>
}
