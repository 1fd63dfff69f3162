import {
  decideRenewal,
  type CertificateOnDisk,
  type RenewalReason,
  type RenewalWindow,
} from '@easycerts/shared/renewal'
import { type Attempts, waitsUntil } from './attempts.ts'

/** What is to be done about one certificate now, and why. */
export type CertificatePlan =
  | { readonly kind: 'good'; readonly dueAt: Date }
  | { readonly kind: 'renew'; readonly reason: RenewalReason }
  /** To be renewed, but it failed a short while ago. */
  | { readonly kind: 'wait'; readonly reason: RenewalReason; readonly until: Date }
  /** Right bytes, wrong mode or owner. */
  | { readonly kind: 'repair'; readonly drift: string; readonly dueAt: Date }

export interface CertificateSituation {
  readonly found: CertificateOnDisk & { readonly drift?: string }
  readonly attempts: Attempts | undefined
  readonly isAskedFor: boolean
  /** When the CA wants it renewed, if it said so. */
  readonly suggestion: RenewalWindow | undefined
  readonly now: Date
}

export const planCertificate = ({
  found,
  attempts,
  isAskedFor,
  suggestion,
  now,
}: CertificateSituation): CertificatePlan => {
  const decision = decideRenewal(found, now, suggestion)
  const reason = decision.renew ? decision.reason : isAskedFor ? 'operator-asked' : undefined
  const until = waitsUntil(attempts, now)
  if (reason !== undefined)
    return until ? { kind: 'wait', reason, until } : { kind: 'renew', reason }
  const dueAt = decision.renew ? now : decision.dueAt
  return found.drift === undefined || until
    ? { kind: 'good', dueAt: until && until < dueAt ? until : dueAt }
    : { kind: 'repair', drift: found.drift, dueAt }
}

/** When this plan wants to be looked at again. */
export const wakeTimeOf = (plan: CertificatePlan, now: Date): Date => {
  switch (plan.kind) {
    case 'good':
    case 'repair':
      return plan.dueAt
    case 'wait':
      return plan.until
    case 'renew':
      return now
  }
}
