import type { CertificateRow } from './certificates.ts'

/** Where a listing of certificates of no node goes on: the last row that was looked at. */
export interface OtherCertificatesCursor {
  readonly requester: string
  readonly position: number
}

export interface ExpirationReading {
  /** Of each profile the newest that was issued to a node, unless it was revoked. */
  listNewestOfNode(node: string): Promise<CertificateRow[]>
  /** Good ones that were asked for by nobody that is a node; no page looks at more rows than `limit`. */
  pageOfOthers(
    now: string,
    after: OtherCertificatesCursor | undefined,
    limit: number,
  ): Promise<{
    readonly rows: readonly CertificateRow[]
    readonly next: OtherCertificatesCursor | undefined
  }>
}
