/** strict: every rule. cfssl-compat: what clients of the cfssl API have always got, for legacy keys alone. */
export const LINT_LEVELS = ['strict', 'cfssl-compat'] as const

export type LintLevel = (typeof LINT_LEVELS)[number]
