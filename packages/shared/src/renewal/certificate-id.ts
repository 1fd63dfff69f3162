import {
  authorityKeyIdentifierOf,
  type Certificate,
  type SerialNumber,
  serialNumberOf,
} from '../x509/index.ts'

/** What names a certificate in renewal information: which key signed it, and its serial number. */
export interface CertificateId {
  readonly issuerKeyIdentifier: Buffer
  readonly serialNumber: SerialNumber
}

const FORMAT = /^([A-Za-z0-9_-]{27,86})\.([A-Za-z0-9_-]{2,28})$/

/** RFC 9773 §4.1: both parts in base64url. Undefined for a certificate that names no issuer's key. */
export const formatCertificateId = (certificate: Certificate): string | undefined => {
  const issuer = authorityKeyIdentifierOf(certificate)
  if (!issuer) return undefined
  const serial = Buffer.from(certificate.serialNumber, 'hex')
  // A DER integer whose first bit is set has a zero octet in front.
  const octets = (serial[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), serial]) : serial
  return `${issuer.toString('base64url')}.${octets.toString('base64url')}`
}

/** Undefined for what is no id of a certificate. */
export const parseCertificateId = (text: string): CertificateId | undefined => {
  const [, issuer, serial] = FORMAT.exec(text) ?? []
  if (issuer === undefined || serial === undefined) return undefined
  return {
    issuerKeyIdentifier: Buffer.from(issuer, 'base64url'),
    serialNumber: serialNumberOf(Buffer.from(serial, 'base64url')),
  }
}
