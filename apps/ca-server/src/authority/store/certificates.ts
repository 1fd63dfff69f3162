import type { IntendedCertificate, LintedTbsCertificate } from '@easycerts/shared/issuance'
import type { PublicKeyPin } from '@easycerts/shared/key'
import type { SerialNumber } from '@easycerts/shared/x509'

/** intended: may have been signed; issued: signed and recorded; abandoned: found unrecorded at a start. */
export type CertificateState = 'intended' | 'issued' | 'abandoned'

export interface CertificateRow {
  readonly issuerId: string
  readonly serialNumber: SerialNumber
  readonly profile: string
  readonly node: string | null
  readonly subject: string
  readonly requester: string
  /** Fingerprint of the identity that asked for it; null for who has none. */
  readonly identity: string | null
  readonly keyPin: PublicKeyPin
  readonly notBefore: string
  readonly notAfter: string
  readonly state: CertificateState
  readonly intendedAt: string
}

export interface CertificateReading {
  listCertificates(limit: number): Promise<CertificateRow[]>
  /** A node that holds a certificate for this key and is not `node`. */
  findOtherHolder(keyPin: PublicKeyPin, node: string | null): Promise<string | undefined>
}

export interface CertificateWriting {
  addIntent(row: Omit<CertificateRow, 'state'>): Promise<void>
  recordCertificate(
    issuerId: string,
    serialNumber: SerialNumber,
    der: Buffer,
    issuedAt: string,
  ): Promise<void>
  /** Every intent without a record, now marked abandoned. */
  abandonIntents(): Promise<CertificateRow[]>
}

/** The one place that says an intent is durable: given what its transaction gave, after it resolved. */
export const intendedBy = (
  linted: LintedTbsCertificate,
  committed: SerialNumber,
): IntendedCertificate => {
  if (committed !== linted.serialNumber) throw new TypeError('another intent was committed')
  return linted as unknown as IntendedCertificate
}
