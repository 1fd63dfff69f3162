import { type CertdbFault, type CertdbRow, recordedReasonOf } from '@easycerts/cfssl/certdb'
import type { Clock } from '@easycerts/shared/time'
import { isIssuedByAny } from '@easycerts/shared/x509'
import {
  adoptCertificate,
  type AdoptionIssuer,
  type AdoptionOutcome,
  type Store,
} from '../authority/index.ts'
import { readCertdb } from '../store/certdb/index.ts'

export interface CertdbReport {
  /** Recorded, whether good or revoked. */
  readonly adopted: number
  readonly revoked: number
  /** Rows that were not taken, and why. */
  readonly left: readonly CertdbFault[]
}

const SOURCE = 'cfssl certdb'

/** Rows of one transaction. */
const BATCH = 200

/** Codes that mean less than a revocation for good: certificateHold, 7 and removeFromCRL. */
const isLessThanRevoked = (code: number): boolean => [6, 7, 8].includes(code)

/** What an import would take from a certdb. ERR_FILE_UNREADABLE. */
export const surveyCertdb = (
  path: string,
  issuers: readonly Pick<AdoptionIssuer, 'certificate'>[],
): CertdbReport & { readonly notes: readonly string[] } => {
  const authorities = issuers.map(({ certificate }) => certificate)
  const left: CertdbFault[] = []
  const notes: string[] = []
  let adopted = 0
  let revoked = 0
  for (const row of readCertdb(path)) {
    const fault = faultOf(row, authorities)
    if ('fault' in row || fault) {
      left.push(fault ?? (row as CertdbFault))
      continue
    }
    adopted += 1
    if (row.revocation) revoked += 1
    if (row.revocation && isLessThanRevoked(row.revocation.code))
      notes.push(
        `${path}: ${row.certificate.serialNumber} was revoked with the reason ${row.revocation.code}: here that is for good, without a reason`,
      )
  }
  return { adopted, revoked, left, notes }
}

const faultOf = (
  row: CertdbRow | CertdbFault,
  authorities: Parameters<typeof isIssuedByAny>[1],
): CertdbFault | undefined => {
  if ('fault' in row) return row
  if (isIssuedByAny(row.certificate, authorities)) return undefined
  return {
    serialNumber: row.certificate.serialNumber,
    fault: 'none of the CAs that are taken over signed it',
  }
}

/** Records the certificates of a certdb that these issuers signed, those that are revoked as revoked. */
export const adoptCertdb = async (
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  path: string,
  issuers: readonly AdoptionIssuer[],
): Promise<readonly AdoptionOutcome[]> => {
  const outcomes: AdoptionOutcome[] = []
  let batch: CertdbRow[] = []
  const flush = async (): Promise<void> => {
    const rows = batch
    batch = []
    if (rows.length === 0) return
    await store.transact(async (writing) => {
      for (const { certificate, revocation } of rows)
        outcomes.push(
          await adoptCertificate(
            writing,
            { issuers, clock },
            {
              certificate,
              source: SOURCE,
              revocation: revocation && {
                reason: recordedReasonOf(revocation.code),
                revokedAt: revocation.revokedAt,
              },
            },
          ),
        )
    })
  }
  for (const row of readCertdb(path)) {
    if ('fault' in row) continue
    batch.push(row)
    if (batch.length === BATCH) await flush()
  }
  await flush()
  return outcomes
}
