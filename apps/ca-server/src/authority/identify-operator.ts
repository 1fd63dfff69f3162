import { sha256Hex } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { type OperatorRequester, refusal } from '@easycerts/shared/issuance'
import { type Certificate, subjectOf } from '@easycerts/shared/x509'
import type { Authority } from './authority.ts'
import type { CertificateDetails, Reading } from './store/index.ts'

const PROFILE = 'operator'

/**
 * The operator behind a client certificate, by the records alone: issued as such, not revoked, not
 * expired. ERR_REQUESTER_NOT_PERMITTED for a node, ERR_IDENTITY_UNKNOWN, ERR_CERTIFICATE_EXPIRED.
 */
export const identifyOperator = (
  authority: Authority,
  { fingerprint, serialNumber, subject }: Certificate,
): Promise<OperatorRequester> =>
  authority.store.read(async (reading) => {
    const issuerId = authority.issuers.enrolment.id
    const row = await reading.findCertificate(issuerId, serialNumber)
    const der = row?.state === 'issued' ? row.der : null
    if (!row || der === null || sha256Hex(der) !== fingerprint)
      throw new EasycertsError('ERR_IDENTITY_UNKNOWN', 'this CA issued no such certificate')
    if (row.profile !== PROFILE)
      throw refusal(
        'ERR_REQUESTER_NOT_PERMITTED',
        'operator-route',
        `a certificate of profile "${row.profile}" is no operator's`,
      )
    await requireInForce(authority, reading, row)
    const name = subjectOf(subject)?.commonName ?? ''
    return { kind: 'operator-certificate', name, fingerprint }
  })

const requireInForce = async (
  { clock }: Authority,
  reading: Reading,
  { issuerId, serialNumber, notAfter }: CertificateDetails,
): Promise<void> => {
  if ((await reading.findRevocation(issuerId, serialNumber)) !== undefined)
    throw new EasycertsError('ERR_IDENTITY_UNKNOWN', 'this operator certificate was revoked')
  if (new Date(notAfter) < clock())
    throw new EasycertsError('ERR_CERTIFICATE_EXPIRED', 'this operator certificate has expired')
}
