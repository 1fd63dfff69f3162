import { renewalTime } from '@easycerts/shared/renewal'
import {
  buildCertificateRequest,
  type Certificate,
  parseCertificate,
  parseCertificateRequest,
} from '@easycerts/shared/x509'
import type { Authority } from '../authority.ts'
import { issueCertificate } from '../issue-certificate.ts'

/** The certificate by which a joining machine, which knows a pin alone, believes the trust key. */
export const certifyTrustKey = async (authority: Authority): Promise<Certificate> => {
  const { store, clock, trustKey } = authority
  const row = await store.read((reading) => reading.findActiveTrustKey())
  const known = row?.certificate ? parseCertificate(row.certificate) : undefined
  if (known && clock() < certificationDue(authority, known)) return known
  return issueCertificate(authority, {
    request: parseCertificateRequest(buildCertificateRequest(trustKey)),
    profile: 'trust-key',
    requester: { kind: 'ca-server' },
    withRecord: (writing, certificate) => writing.certifyTrustKey(row?.id ?? '', certificate.der),
  })
}

/** At once if another enrolment issuer signs by now: its pin is what new tickets have. */
export const certificationDue = (
  { issuers }: Authority,
  { issuer, validity, serialNumber }: Certificate,
): Date =>
  issuer.equals(issuers.enrolment.subject) ? renewalTime(validity, serialNumber) : new Date(0)
