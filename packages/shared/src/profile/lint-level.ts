/**
 * strict: every rule. cfssl-compat: what clients of the cfssl API have always got, for legacy keys
 * alone; cfssl-ca: the same for a CA below ours, which a switch of its own lets be made.
 */
export const LINT_LEVELS = ['strict', 'cfssl-compat', 'cfssl-ca'] as const

export type LintLevel = (typeof LINT_LEVELS)[number]
