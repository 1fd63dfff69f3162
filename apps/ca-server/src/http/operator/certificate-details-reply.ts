import type { RouteReply } from '@easycerts/shared/api'
import {
  certificatePem,
  formatGeneralName,
  type GeneralName,
  parseCertificate,
} from '@easycerts/shared/x509'
import type { CertificateDescription } from '../../authority/index.ts'

type CertificateDetailsReply = RouteReply<'certificateShow'>['certificates'][number]

/** All that is known of a certificate, as text. */
export const certificateDetailsReplyOf = ({
  row,
  standing,
  revocation,
  renewal,
  logEntry,
}: CertificateDescription): CertificateDetailsReply => ({
  ...row,
  issuer: row.issuerId,
  state: standing,
  revokedAt: revocation?.revokedAt ?? null,
  revocationReason: revocation?.reason ?? null,
  renewal: renewal
    ? {
        start: renewal.start.toISOString(),
        end: renewal.end.toISOString(),
        reason: renewal.order?.reason ?? null,
      }
    : null,
  logEntry: logEntry ?? null,
  ...signedPartsOf(row.der),
})

const signedPartsOf = (
  der: Buffer | null,
): Pick<CertificateDetailsReply, 'names' | 'fingerprint' | 'certificate'> => {
  if (!der) return { names: [], fingerprint: null, certificate: null }
  const certificate = parseCertificate(der)
  return {
    names: certificate.names.map((name: GeneralName) => formatGeneralName(name)),
    fingerprint: certificate.fingerprint,
    certificate: certificatePem(certificate),
  }
}
