import type { RevocationReason } from '@easycerts/shared/revocation'
import type { SerialNumber } from '@easycerts/shared/x509'
import type { CertificateRow } from './certificates.ts'

export interface RevocationRow {
  /** Grows with every revocation, of whatever issuer. */
  readonly sequence: number
  readonly issuerId: string
  readonly serialNumber: SerialNumber
  readonly reason: RevocationReason
  readonly revokedAt: string
  /** Of the certificate: until then it must be listed. */
  readonly notAfter: string
}

/** What the last CRL of an issuer says of itself. */
export interface CrlRow {
  readonly issuerId: string
  readonly number: number
  readonly thisUpdate: string
  readonly nextUpdate: string
  /** thisUpdate of the last one that was made for its time, not for a revocation. */
  readonly scheduledAt: string
  /** Sequence of the last revocation that it knows. */
  readonly lastRevocation: number
  readonly entries: number
  /** Of its DER, hex. */
  readonly sha256: string
}

/** Revocations that a CRL does not know yet. */
export interface RevocationPage {
  readonly issuerId: string
  /** Sequence to start behind. */
  readonly after: number
  readonly notAfterFrom: string
  readonly limit: number
}

export interface RevocationReading {
  findRevocation(issuerId: string, serialNumber: string): Promise<RevocationRow | undefined>
  /** In the order of their sequence. */
  listRevocations(page: RevocationPage): Promise<RevocationRow[]>
  findCrl(issuerId: string): Promise<CrlRow | undefined>
  /** DER of the CRL that `findCrl` speaks of. */
  findCrlDocument(issuerId: string): Promise<Buffer | undefined>
  /** Of whatever state, if it ends after an instant. */
  listCertificatesOfNode(node: string, endsAfter: string): Promise<CertificateRow[]>
}

export interface RevocationWriting {
  addRevocation(row: Omit<RevocationRow, 'sequence'>): Promise<void>
  /** Marks every identity of the node with this key. */
  revokeIdentities(node: string, keyPin: string, at: string): Promise<void>
  /** ERR_STORE_CORRUPT unless the number is greater than that of the one before. */
  putCrl(row: CrlRow, der: Buffer): Promise<void>
}
