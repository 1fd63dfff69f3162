import type { PublicKeyPin } from '@easycerts/shared/key'
import type { SerialNumber } from '@easycerts/shared/x509'

/**
 * intended: may have been signed; issued: signed and recorded; abandoned: could not be signed, or
 * found unrecorded at a start.
 */
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
  /** Marks one intent abandoned. ERR_STORE_CORRUPT if it is none. */
  abandonIntent(issuerId: string, serialNumber: SerialNumber): Promise<void>
}
