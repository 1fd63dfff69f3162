import { renewalTime, type RenewalWindow } from '@easycerts/shared/renewal'
import type { Certificate } from '@easycerts/shared/x509'
import { type Attempts, waitsUntil } from './attempts.ts'

/** What is to be done about the node's own identity. */
export type IdentityPlan =
  | { readonly kind: 'good'; readonly dueAt: Date }
  /** Its switch is done, and the CA may not know it yet: nothing else works before. */
  | { readonly kind: 'confirm' }
  | { readonly kind: 'renew' }
  | { readonly kind: 'wait'; readonly until: Date }
  | { readonly kind: 'expired'; readonly at: Date }

export interface IdentitySituation {
  readonly certificate: Certificate
  readonly isConfirmed: boolean
  /** A renewal was begun and not finished. */
  readonly isUnderWay: boolean
  readonly attempts: Attempts | undefined
  /** When the CA wants it renewed, if it said so. */
  readonly suggestion: RenewalWindow | undefined
  readonly now: Date
}

export const planIdentity = (situation: IdentitySituation): IdentityPlan => {
  const { certificate, isConfirmed, isUnderWay, attempts, suggestion, now } = situation
  const { validity, serialNumber } = certificate
  if (validity.notAfter < now) return { kind: 'expired', at: validity.notAfter }
  if (!isConfirmed) return { kind: 'confirm' }
  const dueAt = renewalTime(validity, serialNumber, suggestion)
  if (!isUnderWay && dueAt > now) return { kind: 'good', dueAt }
  const until = waitsUntil(attempts, now)
  return until ? { kind: 'wait', until } : { kind: 'renew' }
}
