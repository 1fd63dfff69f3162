import type { RenewalReason } from '@easycerts/shared/renewal'
import { type Certificate, findAnchoredPath } from '@easycerts/shared/x509'
import type { CertificatePlan } from './plan-certificate.ts'

/** What is known of a kept generation. */
export interface KeptCertificate {
  readonly number: number
  readonly profile: string
  /** Undefined: it cannot be read any more. */
  readonly certificate: Certificate | undefined
  /** What follows it in its file. */
  readonly issuers: readonly Certificate[]
  readonly keyMatches: boolean
}

export interface FallbackFacts {
  /** Of the spec as it is now. */
  readonly profile: string
  /** CAs of whoever issues it; undefined as long as nobody has told of them. */
  readonly authorities: readonly Certificate[] | undefined
  readonly now: Date
}

/** The generation to put back, or why none of them will do: one line each. */
export type Fallback =
  | { readonly kind: 'put-back'; readonly number: number }
  | { readonly kind: 'nothing-good'; readonly objections: readonly string[] }

const BROKEN: ReadonlySet<RenewalReason> = new Set(['missing', 'unreadable', 'key-mismatch'])

/** Why what lies on the disk is of no use to its consumer; undefined if it is, even if it is due. */
export const brokenBecause = (plan: CertificatePlan): RenewalReason | undefined =>
  (plan.kind === 'renew' || plan.kind === 'wait') && BROKEN.has(plan.reason)
    ? plan.reason
    : undefined

/** The newest generation that a consumer can use now. */
export const chooseFallback = (
  newestFirst: readonly KeptCertificate[],
  facts: FallbackFacts,
): Fallback => {
  const judged = newestFirst.map((kept) => ({ kept, objection: objectionTo(kept, facts) }))
  const good = judged.find(({ objection }) => objection === undefined)
  if (good) return { kind: 'put-back', number: good.kept.number }
  return {
    kind: 'nothing-good',
    objections: judged.map(({ kept, objection = '' }) => `generation ${kept.number} ${objection}`),
  }
}

const objectionTo = (
  { certificate, issuers, profile, keyMatches }: KeptCertificate,
  { profile: wanted, authorities, now }: FallbackFacts,
): string | undefined => {
  if (!certificate) return 'is damaged'
  if (!keyMatches) return 'has another key'
  if (profile !== wanted) return `is of the profile ${profile}`
  const { notBefore, notAfter } = certificate.validity
  if (notAfter <= now || notBefore > now) return 'is not valid now'
  if (authorities && !findAnchoredPath(certificate, issuers, authorities))
    return 'is of a CA that no bundle holds'
  return undefined
}
