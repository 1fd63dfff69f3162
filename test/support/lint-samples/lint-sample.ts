import type { Grant, IssuerFacts, LintRuleName } from '@easycerts/shared/issuance'
import type { Profile } from '@easycerts/shared/profile'
import type { TbsCertificate } from '@easycerts/shared/x509'

/** What is changed in a good certificate: the wish, what was granted, the issuer, or the octets. */
export interface Spoiled {
  readonly tbs?: Partial<TbsCertificate>
  readonly grant?: Partial<Grant>
  readonly profile?: Partial<Profile>
  readonly issuer?: Partial<IssuerFacts>
  readonly octets?: (encoding: Buffer) => Buffer
}

/** A certificate that breaks one rule, and those others that cannot hold beside it. */
export interface LintSample {
  readonly rule: LintRuleName
  readonly title: string
  readonly profile: string
  readonly spoil: Spoiled | ((tbs: TbsCertificate) => Spoiled)
  readonly also?: readonly LintRuleName[]
}

export const sample = (
  rule: LintRuleName,
  title: string,
  profile: string,
  spoil: LintSample['spoil'],
): LintSample => ({ rule, title, profile, spoil })

export const breakingAlso = (each: LintSample, ...also: readonly LintRuleName[]): LintSample => ({
  ...each,
  also,
})
