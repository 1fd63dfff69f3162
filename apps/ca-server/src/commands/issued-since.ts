import { existsSync } from 'node:fs'
import { formatCursor } from '@easycerts/shared/api'
import type { AdoptionRecord } from '../adoption/index.ts'
import { dataPaths } from '../config/index.ts'
import { openSqliteReading } from '../store/sqlite/open-reading.ts'

/** What the old CA does not know of, by its records. */
export interface IssuedSince {
  readonly certificates: readonly { readonly serialNumber: string; readonly subject: string }[]
  /** Serial numbers. */
  readonly revoked: readonly string[]
}

const PAGE = 500

/** By the new CA while it stood, under the issuers that were taken over. */
export const listIssuedSince = async (
  { aside }: AdoptionRecord,
  now: Date,
): Promise<IssuedSince> => {
  const { database } = dataPaths(aside)
  // An import that was cut short before it had made one.
  if (!existsSync(database)) return { certificates: [], revoked: [] }
  const { reading, close } = openSqliteReading(database)
  try {
    const rows = []
    let after: string | undefined
    do {
      const page = await reading.pageOfCertificates({}, now.toISOString(), { after, limit: PAGE })
      rows.push(...page.rows)
      after = page.next && formatCursor(page.next)
    } while (after !== undefined)
    const known = rows.filter(
      ({ issuerId, state }) => state === 'issued' && !issuerId.startsWith('enrolment'),
    )
    return {
      certificates: known.map(({ serialNumber, subject }) => ({ serialNumber, subject })),
      revoked: known.flatMap(({ serialNumber, standing }) =>
        standing === 'revoked' ? serialNumber : [],
      ),
    }
  } finally {
    close()
  }
}
