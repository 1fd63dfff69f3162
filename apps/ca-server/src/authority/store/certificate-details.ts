import type { SerialNumber } from '@easycerts/shared/x509'
import type { CertificateRow } from './certificates.ts'

/** All that is recorded of one certificate. */
export interface CertificateDetails extends CertificateRow {
  /** When it was recorded; null for one that was never signed, or never recorded. */
  readonly issuedAt: string | null
  readonly der: Buffer | null
}

/** What a search through all certificates has come to. */
export interface FingerprintSearch {
  readonly found: Pick<CertificateRow, 'issuerId' | 'serialNumber'> | undefined
  /** Where to go on; null at the end. */
  readonly next: number | null
}

export interface CertificateDetailsReading {
  findCertificate(
    issuerId: string,
    serialNumber: SerialNumber,
  ): Promise<CertificateDetails | undefined>
  /** Of whatever issuer, and from the archive too: serial numbers of ours repeat nowhere, those of an imported CA may. */
  listCertificatesWithSerial(serialNumber: string): Promise<CertificateDetails[]>
  /**
   * Looks at the next few thousand, newest first: an index over values without an order would cost
   * every issuance more than a search costs once. `before`: what the last call gave as `next`.
   */
  searchFingerprint(fingerprint: string, before: number | undefined): Promise<FingerprintSearch>
}
