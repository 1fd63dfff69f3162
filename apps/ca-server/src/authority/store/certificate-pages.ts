import type { CursorKeys } from '@easycerts/shared/api'
import type { CertificateRow, CertificateState } from './certificates.ts'

/** What a record means now: one that was issued may have expired or been revoked since. */
export type CertificateStanding = CertificateState | 'revoked' | 'expired'

/** All parts that are given must hold. */
export interface CertificateFilter {
  readonly node?: string | undefined
  readonly profile?: string | undefined
  readonly issuerId?: string | undefined
  readonly serialNumber?: string | undefined
  readonly requester?: string | undefined
  readonly subjectPrefix?: string | undefined
  readonly standing?: CertificateStanding | undefined
  /** Not yet expired, but will have by then. */
  readonly expiresBefore?: string | undefined
  readonly issuedSince?: string | undefined
}

export type ListedCertificate = CertificateRow & { readonly standing: CertificateStanding }

export interface Page<Row> {
  readonly rows: readonly Row[]
  /** Undefined at the end of the list. */
  readonly next: CursorKeys | undefined
}

export interface PageWish {
  /** As a page of the same filter gave it. */
  readonly after: string | undefined
  readonly limit: number
}

export interface CertificatePageReading {
  /**
   * Newest first; those that expire soon, soonest first; those that have expired, latest first. No page looks at more rows than the event
   * loop can spare, so it may be short or empty before the end. ERR_BODY_INVALID for a foreign cursor.
   */
  pageOfCertificates(
    filter: CertificateFilter,
    now: string,
    page: PageWish,
  ): Promise<Page<ListedCertificate>>
}
