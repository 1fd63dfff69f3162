import { truncateToSecond } from '../time/index.ts'
import type { Certificate } from '../x509/index.ts'
import { renewalTime } from './renewal-time.ts'
import type { RenewalWindow } from './renewal-window.ts'

/** Why a certificate is asked for; shown in status and in the log. */
export type RenewalReason =
  | 'missing'
  | 'unreadable'
  | 'key-mismatch'
  | 'expired'
  | 'due'
  | 'ca-asked'
  | 'names-changed'
  | 'issuer-unknown'
  | SpecChange
  | 'operator-asked'

/** What its spec says now and the certificate is not: of another profile, another kind of key, other names. */
export type SpecChange = 'profile-changed' | 'key-changed' | 'usage-changed' | 'request-changed'

export type RenewalDecision =
  | { readonly renew: true; readonly reason: RenewalReason }
  | { readonly renew: false; readonly dueAt: Date }

/** What a look at the disk found of one certificate. */
export interface CertificateOnDisk {
  readonly state: 'present' | 'missing' | 'unreadable'
  readonly certificate?: Certificate
  /** The private key beside it is the certificate's own. */
  readonly keyMatches?: boolean
  /** Some CA of the trust bundles issued it. */
  readonly issuerKnown?: boolean
  readonly specChange?: SpecChange
  /** When its spec wants it renewed, in the place of the ordinary window. */
  readonly window?: RenewalWindow
}

/**
 * A value, never a failure: what cannot be read is a reason to renew, and it says so. `suggestion`
 * is what the CA last told of this certificate.
 */
export const decideRenewal = (
  found: CertificateOnDisk,
  now: Date,
  suggestion?: RenewalWindow,
): RenewalDecision => {
  if (found.state !== 'present') return { renew: true, reason: found.state }
  const { certificate, keyMatches, issuerKnown, specChange, window } = found
  if (!certificate) return { renew: true, reason: 'unreadable' }
  if (keyMatches === false) return { renew: true, reason: 'key-mismatch' }
  if (issuerKnown === false) return { renew: true, reason: 'issuer-unknown' }
  // The last second counts (RFC 5280 §4.1.2.5).
  if (certificate.validity.notAfter < truncateToSecond(now))
    return { renew: true, reason: 'expired' }
  if (specChange !== undefined) return { renew: true, reason: specChange }
  const { validity, serialNumber } = certificate
  const dueAt = renewalTime(validity, serialNumber, suggestion, window)
  if (dueAt > now) return { renew: false, dueAt }
  const isEarly = renewalTime(validity, serialNumber, undefined, window) > now
  const early = suggestion?.namesChanged === true ? 'names-changed' : 'ca-asked'
  return { renew: true, reason: isEarly ? early : 'due' }
}
