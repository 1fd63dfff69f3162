import { isEasycertsError } from '@easycerts/shared/errors'
import { type Certificate, parseCertificatePem } from '@easycerts/shared/x509'
import { decimalSerial } from './serial-text.ts'

/** A row of cfssl's table `certificates` as a driver gives it: text may come as octets. */
export type CertdbColumns = Readonly<
  Record<
    'serial_number' | 'authority_key_identifier' | 'status' | 'reason' | 'revoked_at' | 'pem',
    unknown
  >
>

/** A certificate that cfssl recorded. */
export interface CertdbRow {
  readonly certificate: Certificate
  /** Lower-case hex without colons; empty for none. */
  readonly authorityKeyId: string
  /** Undefined: good. Code of the reason as cfssl keeps it. */
  readonly revocation: { readonly code: number; readonly revokedAt: Date } | undefined
}

/** Why a row is not taken, and which it is. */
export interface CertdbFault {
  readonly serialNumber: string
  readonly fault: string
}

/** The row as a value, or what is wrong with it. */
export const readCertdbRow = (columns: CertdbColumns): CertdbRow | CertdbFault => {
  const written = textOf(columns.serial_number)
  const serialNumber = /^[\w.:-]{1,120}$/.test(written) ? written : 'without a serial number'
  const certificate = certificateOf(textOf(columns.pem))
  if (typeof certificate === 'string') return { serialNumber, fault: certificate }
  if (decimalSerial(certificate.serialNumber) !== written)
    return { serialNumber, fault: 'its certificate has another serial number' }
  const authorityKeyId = textOf(columns.authority_key_identifier).toLowerCase()
  const status = textOf(columns.status)
  if (status === 'good') return { certificate, authorityKeyId, revocation: undefined }
  if (status !== 'revoked') return { serialNumber, fault: 'its status is neither good nor revoked' }
  const revokedAt = readCertdbTime(textOf(columns.revoked_at))
  if (!revokedAt) return { serialNumber, fault: 'it is revoked and does not say when' }
  return { certificate, authorityKeyId, revocation: { code: codeOf(columns.reason), revokedAt } }
}

const TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/

/** '2026-11-28 03:07:00+00:00', or SQLite's own without a zone, which is UTC; undefined for no time. */
export const readCertdbTime = (text: string): Date | undefined => {
  const [, day, time, zone = 'Z'] = TIME.exec(text) ?? []
  const found = new Date(`${day}T${time}${zone}`)
  // The zero time of Go is the year 1.
  return Number.isNaN(found.getTime()) || found.getUTCFullYear() < 1970 ? undefined : found
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  return Buffer.isBuffer(value) ? value.toString('utf8') : ''
}

const codeOf = (value: unknown): number => (typeof value === 'number' ? value : 0)

const certificateOf = (pem: string): Certificate | string => {
  try {
    return parseCertificatePem(pem)
  } catch (error) {
    if (isEasycertsError(error)) return `its certificate cannot be read: ${error.message}`
    throw error
  }
}
