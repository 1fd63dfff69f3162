import type { RevocationReason } from '@easycerts/shared/revocation'
import type { Clock } from '@easycerts/shared/time'
import { type Certificate, formatName, isIssuedByAny } from '@easycerts/shared/x509'
import { actorAt } from './actor-at.ts'
import type { Writing } from './store/index.ts'

/** A certificate that an issuer of ours signed, and not this program. */
export interface SignedElsewhere {
  readonly certificate: Certificate
  /** Undefined: it is good. */
  readonly revocation: { readonly reason: RevocationReason; readonly revokedAt: Date } | undefined
  /** Where it comes from, for records and log: 'cfssl certdb'. */
  readonly source: string
}

/** Whose certificates are taken; an authority's, or those of a data directory that is being made. */
export interface AdoptionIssuer {
  readonly id: string
  readonly certificate: Certificate
}

/**
 * adopted: recorded now; known: it was recorded already, revoked now if the wish says so; foreign:
 * no issuer of ours signed it; contested: another certificate has its issuer and serial number.
 */
export type AdoptionOutcome = 'adopted' | 'known' | 'foreign' | 'contested'

/** What such certificates are recorded under, in place of a profile. */
export const ADOPTED_PROFILE = 'adopted'

/**
 * Records a certificate that was signed elsewhere: from then on it is listed, can be revoked, and is
 * in CRL and OCSP like every other. Part of the work of the caller's transaction.
 */
export const adoptCertificate = async (
  writing: Writing,
  { issuers, clock }: { readonly issuers: readonly AdoptionIssuer[]; readonly clock: Clock },
  { certificate, revocation, source }: SignedElsewhere,
): Promise<AdoptionOutcome> => {
  const issuer = issuers.find((each) => isIssuedByAny(certificate, [each.certificate]))
  if (!issuer) return 'foreign'
  const { id: issuerId } = issuer
  const { serialNumber, validity, subject, pin, der, fingerprint } = certificate
  const found = await writing.findCertificate(issuerId, serialNumber)
  if (found && !found.der?.equals(der)) return 'contested'
  const notAfter = validity.notAfter.toISOString()
  const body = { issuer: issuerId, serialNumber, fingerprint, notAfter, source }
  if (!found) {
    const issuedAt = validity.notBefore.toISOString()
    await writing.addIntent({
      issuerId,
      serialNumber,
      profile: ADOPTED_PROFILE,
      node: null,
      subject: formatName(subject),
      requester: `import ${source}`,
      identity: null,
      keyPin: pin,
      notBefore: issuedAt,
      notAfter,
      intendedAt: issuedAt,
    })
    await writing.recordCertificate(issuerId, serialNumber, der, issuedAt)
    await writing.appendLog(actorAt({ clock }, 'certificate-adopted', 'operator', body))
  }
  if (revocation && !(await writing.findRevocation(issuerId, serialNumber))) {
    const { reason } = revocation
    const revokedAt = revocation.revokedAt.toISOString()
    await writing.addRevocation({ issuerId, serialNumber, reason, revokedAt, notAfter })
    const entry = { ...body, reason, revokedAt }
    await writing.appendLog(actorAt({ clock }, 'certificate-revoked', 'operator', entry))
  }
  return found ? 'known' : 'adopted'
}
