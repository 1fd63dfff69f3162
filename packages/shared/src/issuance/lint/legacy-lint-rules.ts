import type { LegacyLintInput } from './legacy-certificate.ts'
import { legacyAsAsked } from './rules/legacy-as-asked.ts'
import { legacyAsConfigured } from './rules/legacy-as-configured.ts'
import { legacyExtensions } from './rules/legacy-extensions.ts'
import { legacyNameText } from './rules/legacy-name-text.ts'
import { legacyNoClusterAdmins } from './rules/legacy-no-cluster-admins.ts'
import { legacyPathLength } from './rules/legacy-path-length.ts'

/** Rules for certificates in the form of cfssl, beside those that are not waived for them. */
export const LEGACY_LINT_RULES = [
  legacyAsAsked,
  legacyAsConfigured,
  legacyExtensions,
  legacyNameText,
  legacyNoClusterAdmins,
  legacyPathLength,
] as const satisfies readonly {
  readonly findFault: (input: LegacyLintInput) => string | undefined
}[]

export type LegacyRuleName = (typeof LEGACY_LINT_RULES)[number]['name']
