import type { LegacyLintInput } from './legacy-certificate.ts'
import type { LintRule } from './lint-rule.ts'

/** A rule that only certificates in the form of cfssl have, under its own name. */
export const legacyRule = <const Name extends string>(
  rule: LintRule<Name, LegacyLintInput>,
): LintRule<Name, LegacyLintInput> => rule
